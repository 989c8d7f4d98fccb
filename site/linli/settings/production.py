"""What a street office runs. Every secret comes from the environment; a missing one stops the start."""

import os
from copy import deepcopy

from linli.settings import base
from linli.settings.base import *

DEBUG = False
SECRET_KEY = os.environ["LINLI_SECRET_KEY"]
HOSTS = os.environ["LINLI_HOSTS"].split(",")
# By the last one a machine asks its own nodes whether they can work.
ALLOWED_HOSTS = [*HOSTS, "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]
CREATE_KEYS = False
# A copy: another process, as a test, may read these settings beside its own.
DATABASES = deepcopy(base.DATABASES)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Many threads stand in line, few ask: they share this process's connections, each checked before it is lent.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": int(os.environ.get("LINLI_POOL", "8")),
        "timeout": 3,
    }
SIGNING_CREATE_ROOT = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
DEVICE_COOKIE = "__Host-device"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
# Editors' pictures and documents in an object store, where several machines have no folder in common. nginx hands out
# /media/images/ from it, so that browsers still ask nobody else (docs/running/production.md).
if LINLI_S3 := os.environ.get("LINLI_S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": LINLI_S3,
            "endpoint_url": os.environ.get("LINLI_S3_ENDPOINT") or None,
            "access_key": os.environ.get("LINLI_S3_KEY") or None,
            "secret_key": os.environ.get("LINLI_S3_SECRET") or None,
            "region_name": os.environ.get("LINLI_S3_REGION") or None,
            "custom_domain": f"{HOSTS[0]}/media",
            "querystring_auth": False,
            "file_overwrite": False,
            "default_acl": None,
        },
    }
MAILERS["gateway"] = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": os.environ.get("LINLI_SMTP_HOST", "localhost"),
        "port": int(os.environ.get("LINLI_SMTP_PORT", "25")),
        "username": os.environ.get("LINLI_SMTP_USER", ""),
        "password": os.environ.get("LINLI_SMTP_PASSWORD", ""),
        "use_tls": os.environ.get("LINLI_SMTP_TLS", "") == "1",
        "timeout": 10,
    },
}
