import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - needs the settings module named above

if settings.OUTBOX_THREAD:
    from foundation.core.flow import thread

    thread.start()
