"""Production as it is measured: every act counts, and none is refused for coming too soon after the one before."""

from linli.settings.production import *

RATES = dict.fromkeys(RATES, "1000000/h")
STORAGE_PER_PERSON = 1024**5
