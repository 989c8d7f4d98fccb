"""The living demo community of `make demo`: production-like, on loopback only, no secret worth keeping."""

import os

from linli.settings.base import *

DEBUG = False
DEMO = True
# Invented people with a password that stands on the sign-in page have no second factor to show.
STAFF_SECOND_FACTOR = False
STAFF_PASSWORD_DAYS = 0
SECRET_KEY = "demo only: this installation listens on loopback and holds invented people"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
ACCOUNT_LOGIN_METHODS = {"email", "phone", "username"}
WHITENOISE_MAX_AGE = 60
