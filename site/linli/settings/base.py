"""Settings that every installation shares; what differs stands in demo, dev, test and production."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from django.urls import reverse
from django.utils.csp import CSP

from linli.settings.accounts import *
from linli.settings.caches import (  # noqa: F401
    CACHE_ENTRIES,
    CACHES,
    KEPT_PAGES_BYTES,
    REDIS_PATIENCE,
    REDIS_URL,
)
from linli.settings.limits import *
from linli.settings.maps import *
from linli.settings.maps import LEAFLET, MAP_TILES_ORIGINS

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(os.environ.get("LINLI_VAR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEMO = False
# While this file is there, the node is closed for work (`manage.py maintenance`, `core.closing`).
MAINTENANCE_FILE = VAR_DIR / "maintenance.json"

# --- the two URLs that turn the embedded default into a city's installation
SQLITE = f"sqlite:///{VAR_DIR / 'linli.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", SQLITE))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: with SQLite's own defaults one of eight writers dies with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
    # Whoever waits for a page hears within seconds that the database is away.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
# Leases and waiting times go by the clock of the database's machine, one for all (`core.flow.clock`).
DATABASE_CLOCK = True

LOCAL_APPS = [
    "foundation.core",
    "foundation.accounts",
    "foundation.signing",
    "foundation.messaging",
    "foundation.moderation",
    "foundation.social",
    "residents",
    "identity",
    "organisations",
    "groups",
    "chat",
    "daily",
    "feedback",
    "news",
    "spaces",
    "helpagreements",
    "home",
    "office",
]
INSTALLED_APPS = [
    "linli",
    *LOCAL_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_comments_xtd",
    "django_comments",
    "django_filters",
    "django_htmx",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "linli.wagtail_admin.AdminConfig",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.syndication",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.middleware.api_door",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "linli.middleware.shown_by_address",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "linli.middleware.admin_csp",
    "linli.outages.maintenance",
    "linli.outside.outside_links",
    "linli.middleware.private_pages",
    "linli.middleware.portal_site",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "foundation.accounts.middleware.session_rules",
    "foundation.accounts.middleware.staff_door",
    "foundation.accounts.middleware.acting_for",
    "foundation.accounts.middleware.TooManyTries",
    "linli.admin_words.admin_language",
    "linli.middleware.on_the_way_out",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "linli.middleware.api_language",
    "linli.middleware.wrong_method_page",
    "linli.middleware.known_methods",
]
ROOT_URLCONF = "linli.urls"
WSGI_APPLICATION = "linli.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foundation.core.pages.context.portal",
            ],
            "builtins": ["foundation.core.templatetags.linli"],
        },
    }
]

# --- languages: Chinese is written in the sources, English stands in locale/en (docs/adr/0004)
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# A translation begins as a draft: until somebody publishes it, its readers have the page as it was written.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

# Behind how many of our own proxies the site stands: 0 = none, and forged X-Forwarded-For counts for nothing.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LINLI_PROXIES", "0"))

# --- mail: every mail of Django and allauth enters the outbox; the worker sends through "gateway"
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_MAIL_FROM", "邻里 <noreply@linli.invalid>")
MAILERS = {
    "default": {"BACKEND": "foundation.core.flow.mail.OutboxEmailBackend"},
    "gateway": {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": VAR_DIR / "mail"},
    },
}

# --- short messages: a function (to, text, key=…) that hands them to a provider; the default writes files
SMS_GATEWAY = os.environ.get("LINLI_SMS_GATEWAY", "foundation.messaging.domain.sms.to_file")
SMS_FOLDER = VAR_DIR / "sms"

# --- web push (RFC 8030): off until a community wants it, because the browsers' makers carry it
WEB_PUSH = os.environ.get("LINLI_WEB_PUSH", "") == "1"
# Where a browser may say that its push service is, with what lies below: nothing else is ever called.
WEB_PUSH_HOSTS = os.environ.get(
    "LINLI_WEB_PUSH_HOSTS",
    "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com",
).split(",")
# Whom a push service writes to when something is wrong (RFC 8292, 2.1).
WEB_PUSH_CONTACT = os.environ.get(
    "LINLI_WEB_PUSH_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}"
)
# Origins that need neither https nor a public address; only the tests' own push service is one.
WEB_PUSH_TRUSTED: list[str] = []

# --- weather: origins of a provider that need neither https nor a public address; only the tests' own server is one
WEATHER_TRUSTED: list[str] = []

# --- cache, sessions, background work
SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db" if REDIS_URL else "django.contrib.sessions.backends.db"
)
# The longest that anybody's lasts; staff's end sooner (foundation.accounts.domain.sessions).
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
# By it a browser is known again when it signs in (foundation.accounts.domain.devices).
DEVICE_COOKIE = "device"
# What open pages ask for by themselves; a session in which only they ask lies idle.
UNATTENDED_ROUTES = ["messaging:badge", "chat:newer", "chat:read", "wagtailadmin_editing_sessions:ping"]
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "linli.views.csrf_failure"
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for Redis as long as it takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1}
CELERY_TASK_TIME_LIMIT = 300
# A wake-up that nobody took is worth nothing any more when the next one comes.
CELERY_BEAT_SCHEDULE = {
    "drain": {"task": "core.drain_outbox", "schedule": 15.0, "options": {"expires": 15.0}},
    "minute": {"task": "core.do_chores", "schedule": 60.0, "args": ["minute"], "options": {"expires": 60.0}},
    "day": {"task": "core.do_chores", "schedule": crontab(hour="3", minute="20"), "args": ["day"]},
}
CELERY_TIMEZONE = TIME_ZONE
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
# True: the live process (`linli.live`) runs beside the web, and pages listen to it instead of asking (S11).
LIVE = bool(REDIS_URL) and os.environ.get("LINLI_LIVE", "") == "1"
# True: a thread of the web process drains the outbox (embedded default); False: Celery workers do, and it stands in.
OUTBOX_THREAD = not REDIS_URL

# --- files
# Pages of higher apps on which things of lower ones are looked after.
ABSOLUTE_URL_OVERRIDES = {
    "accounts.rolerequest": lambda request: reverse("office:roles_of", args=[request.user.username])
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", LEAFLET]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
# Who left, as numbers: kept apart from the database, so that a backup put back can be made to forget them again.
ERASURE_LIST = Path(os.environ.get("LINLI_ERASURES", VAR_DIR / "erasures.csv"))
KEYS_DIR = Path(os.environ.get("LINLI_KEYS", VAR_DIR / "keys"))
# Whether a missing key-encryption key is made on first use; production makes it once, by hand, and keeps a copy.
CREATE_KEYS = True
# So many seconds after a new data key was made every process knows it (`core.crypto.rotation` waits for that).
KEYS_FRESH = 10
# Whether triggers keep the audit log from being changed (`core.flow.guard`), and where its signed heads are written:
# a place that whoever may write in the database can't reach is the better one.
AUDIT_GUARD = True
AUDIT_HEADS = Path(os.environ.get("LINLI_AUDIT_HEADS", VAR_DIR / "audit-heads.jsonl"))
# --- backups (docs/running/backup.md): places as file:///…, s3://bucket/prefix or sftp://user@host/folder
BACKUP_PLACES = [place for place in os.environ.get("LINLI_BACKUP_PLACES", "").split(",") if place]
# Where the keys go, apart from what they open.
BACKUP_KEYS_PLACE = os.environ.get("LINLI_BACKUP_KEYS_PLACE", "")
# Whom backups are sealed for (age, X25519): the identity that opens them lies in a safe, not on the server.
BACKUP_RECIPIENTS = [one for one in os.environ.get("LINLI_BACKUP_RECIPIENTS", "").split(",") if one]
BACKUP_SSH_KEY = os.environ.get("LINLI_BACKUP_SSH_KEY", "")
BACKUP_KNOWN_HOSTS = os.environ.get("LINLI_BACKUP_KNOWN_HOSTS", str(Path.home() / ".ssh" / "known_hosts"))
# The stanza of pgBackRest, where point-in-time recovery is set up.
PGBACKREST_STANZA = os.environ.get("LINLI_PGBACKREST_STANZA", "")
# --- electronic signatures (docs/signing.md)
# A timestamp authority (RFC 3161); empty: the installation's own clock, which every page marks as such.
SIGNING_TSA = os.environ.get("LINLI_TSA", "")
# Whether the first use makes a certificate authority, with its root's key beside the other keys. Production makes it by
# hand (`manage.py signing create_root`), and keeps the root's key outside of the server.
SIGNING_CREATE_ROOT = True
# Roots of licensed authorities (PEM), whose certificates count beside our own.
SIGNING_TRUSTED = Path(os.environ.get("LINLI_SIGNING_TRUSTED", VAR_DIR / "trusted-roots.pem"))
# A licensed authority that holds signers' keys and signs on their order (CSC API 2).
SIGNING_CSC_URL = os.environ.get("LINLI_CSC_URL", "")
SIGNING_CSC_TOKEN = os.environ.get("LINLI_CSC_TOKEN", "")
# What a guess at a PIN costs (scrypt, n): half a second, 64 MB.
SIGNING_PIN_COST = 2**16
# The font of seals and watermarks.
SIGNING_FONTS = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
]
# The name of nginx's internal location in front of PRIVATE_ROOT; empty: Django streams the bytes itself.
PRIVATE_ACCEL = os.environ.get("LINLI_ACCEL", "")
# True: nginx stands in front (docs/running/production.md) and keeps visitors' pages to the end of each second.
PAGES_KEPT_BY_PROXY = bool(PRIVATE_ACCEL)
# So many requests does one process answer at once, and so many more stand in line (`linli.crowding`): together no more
# than the threads that the server has, or nobody could be turned away. 0: no line.
REQUESTS_AT_ONCE = int(os.environ.get("LINLI_AT_ONCE", "0"))
REQUESTS_IN_LINE = int(os.environ.get("LINLI_IN_LINE", "16"))
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 9
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "foundation.core.files.limits.BodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Nine pictures of 10 MB with their texts; films and documents of the admin may be larger.
UPLOAD_MAX_BODY = 92 * 1024 * 1024
ADMIN_UPLOAD_MAX_BODY = 512 * 1024 * 1024

# --- comments: the model and tree of django-comments-xtd, none of its routes (they unpickle a signed URL)
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "foundation.social.models.Comment"
COMMENTS_XTD_MAX_THREAD_LEVEL = 2
COMMENTS_XTD_CONFIRM_EMAIL = False
COMMENTS_XTD_THREADED_EMAILS = False

# --- Wagtail
WAGTAIL_SITE_NAME = "邻里"
WAGTAILADMIN_BASE_URL = os.environ.get("LINLI_URL", "http://127.0.0.1:8000")
WAGTAILIMAGES_IMAGE_MODEL = "core.PortalImage"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "foundation.core.zh.search", "SEARCH_CONFIG": "simple"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "foundation.moderation.domain.publishing.publish_approved"
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"avif": "avif", "webp": "webp", "heic": "webp"}
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "pdf", "pptx", "txt", "webm", "xlsx", "zip"]
TAGGIT_CASE_INSENSITIVE = True

# --- headers
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    # blob: what a reader has chosen but not yet sent is shown by the page itself.
    "img-src": [CSP.SELF, "data:", "blob:", *MAP_TILES_ORIGINS],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
# W019 wants DENY: the editor's preview is a frame of our own pages, and frame-ancestors says the same.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# --- log: what happened, never who; personal data has no place in it
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "filters": {"refusals": {"()": "foundation.core.access.logs.OneLine"}},
    "loggers": {
        "linli": {"level": "INFO"},
        "django.tasks": {"level": "WARNING"},
        # It warns at every signature that nothing is fetched from addresses in certificates, which is how we want it.
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "django.request": {"filters": ["refusals"]},
    },
}
