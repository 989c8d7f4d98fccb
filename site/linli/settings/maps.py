"""Plans and maps of the communities (P12)."""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

# Leaflet comes with a package whose own app is not needed here.
LEAFLET = Path(find_spec("leaflet").origin).parent / "static"  # type: ignore[union-attr, arg-type]
# Where the tiles of a map are fetched from, `https://…/{z}/{x}/{y}.png`, and whom to thank for them; empty: only the
# communities' own plans are shown.
MAP_TILES_URL = os.environ.get("LINLI_MAP_TILES", "")
MAP_TILES_CREDIT = os.environ.get("LINLI_MAP_CREDIT", "")
# What pages may show pictures from because of it.
MAP_TILES_ORIGINS = [f"{one.scheme}://{one.netloc}" for one in [urlsplit(MAP_TILES_URL)] if one.netloc]
