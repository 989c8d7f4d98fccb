import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")

application = get_wsgi_application()

if settings.OUTBOX_THREAD:
    from foundation.core.flow import thread

    thread.start()
