"""The application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")

django = get_wsgi_application()

# The routes bring every view in now, not with the first request. What is loaded stays for good: the collector
# need not walk it again each time that a few pages have left their garbage.
_ = get_resolver().url_patterns
from foundation.core.flow import thread  # noqa: E402 - the apps have to be there
from linli.crowding import with_a_line  # noqa: E402
from linli.kept_pages import KeptPages  # noqa: E402

application = KeptPages(with_a_line(django))

gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)

thread.start()
