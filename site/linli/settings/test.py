"""The suite's settings; the database and Redis come from the two URLs (tools/services.py starts them)."""

import os
import tempfile

from linli.settings.base import *

DEBUG = False
# Tests that want them ask for them.
STAFF_SECOND_FACTOR = False
STAFF_PASSWORD_DAYS = 0
SECRET_KEY = "tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="linli-test-"))
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
MAINTENANCE_FILE = VAR_DIR / "maintenance.json"
KEYS_DIR = VAR_DIR / "keys"
# Keys are not read again in the middle of a test that counts statements.
KEYS_FRESH = 24 * 60 * 60
ERASURE_LIST = VAR_DIR / "erasures.csv"
# Tests sign often; tests/signing/test_pin.py looks at what a guess costs otherwise.
SIGNING_PIN_COST = 2**4
SMS_FOLDER = VAR_DIR / "sms"
AUDIT_HEADS = VAR_DIR / "audit-heads.jsonl"
# Tests empty their tables, and some forge entries; tests/core/test_audit_guard.py puts the triggers in place.
AUDIT_GUARD = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MAILERS["gateway"] = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
OUTBOX_THREAD = False
# Tests travel in time, and the database does not come along.
DATABASE_CLOCK = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, as in production: threads that share a database in memory lock each other's tables.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
ACCOUNT_LOGIN_METHODS = {"email", "phone", "username"}
if REDIS_URL:
    # Every test empties the cache, so each process of the suite has a Redis database to itself.
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{process}"
else:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
# Every test empties its caches, also those that touch no table.
CACHES["stand_in"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "stand_in"}
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()
WHITENOISE_AUTOREFRESH = True
# Everybody in the tests was verified a moment ago; those of that limit set it themselves.
NEW_ACCOUNT_DAYS = 0
RATES = dict.fromkeys(RATES, "100000/d")
