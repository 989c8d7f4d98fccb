"""For a developer's own machine: readable errors, nothing compressed, mail in var/mail."""

from linli.settings.base import *

DEBUG = True
SECRET_KEY = "for development only, never for anything that others can reach"  # noqa: S105
ALLOWED_HOSTS = ["*"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(exist_ok=True)
