"""The application that granian serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")

application = get_wsgi_application()

# The routes bring every view in now, not with the first request. What is loaded stays for good: the collector
# need not walk it again each time that a few pages have left their garbage.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)

if settings.OUTBOX_THREAD:
    from foundation.core.flow import thread

    thread.start()
