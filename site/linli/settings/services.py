"""The demo community run as a city runs it (`make services`): production's processes, on loopback and plain HTTP."""

from linli.settings.production import *

DEMO = True
# Thrown away with the rest: an office keeps its root outside of the server.
SIGNING_CREATE_ROOT = True
# Invented people with a password that stands on the sign-in page have no second factor to show.
STAFF_SECOND_FACTOR = False
STAFF_PASSWORD_DAYS = 0
ACCOUNT_LOGIN_METHODS = {"email", "phone", "username"}
WAGTAILADMIN_BASE_URL = os.environ["LINLI_URL"]
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]
# A browser takes neither `__Host-` names nor secure cookies from a plain address, and would remember HSTS for others.
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER = None
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
DEVICE_COOKIE = "device"
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
MAILERS["gateway"] = {
    "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "OPTIONS": {"file_path": VAR_DIR / "mail"},
}
