"""The application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")

application = get_wsgi_application()

# The routes bring every view in now, not with the first request. What is loaded stays for good: the collector
# need not walk it again each time that a few pages have left their garbage.
_ = get_resolver().url_patterns
from foundation.core.flow import thread  # noqa: E402 - the apps have to be there

gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)

thread.start()
