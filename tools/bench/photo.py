"""Cuts one 12-megapixel HEIC photograph to all sizes in this process; prints time and peak memory as JSON."""

import json
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import django


def draw(target: str) -> None:
    """Write the photograph: noise over a slope, so that no size is cheap to encode, and none as dear as pure noise.

    In tiles, as telephones store theirs, and with 6 MB heavier than most of those.
    """
    import pillow_heif  # noqa: PLC0415 - the child's own; what is measured has it from the uploads
    from PIL import Image  # noqa: PLC0415

    pillow_heif.register_heif_opener()
    pillow_heif.options.GRID_TILE_SIZE = 512
    slope = Image.linear_gradient("L").resize((4000, 3000))
    noise = Image.effect_noise((4000, 3000), 24)
    Image.merge("RGB", (slope, noise, Image.blend(slope, noise, 0.5))).save(target, "HEIF", quality=60)


def main() -> None:
    """Draw in a child, so that only the cutting counts."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "original"
        child = multiprocessing.get_context("spawn").Process(target=draw, args=(str(source),))
        child.start()
        child.join()
        django.setup()
        from foundation.core.files.pictures import make_sizes  # noqa: PLC0415 - after django.setup()
        from foundation.core.files.uploads import MAX_BYTES  # noqa: PLC0415

        if child.exitcode or source.stat().st_size > MAX_BYTES:
            raise SystemExit("bench: nobody could upload this photograph")
        started = time.perf_counter()
        make_sizes(source, Path(folder))
        took = (time.perf_counter() - started) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": took, "mb": peak}))


if __name__ == "__main__":
    main()
