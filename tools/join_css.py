"""Join static/css/src/*.css into the one sheet that pages load; `--check` says whether that was done."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "static" / "css" / "src"
TARGET = ROOT / "static" / "css" / "linli.css"


def joined() -> str:
    """Return the sheet: comments and indentation dropped, order by file name."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.css")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def main() -> int:
    """Write the sheet, or only compare."""
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != joined():
            print("static/css/linli.css is older than its sources: run tools/join_css.py")
            return 1
        return 0
    TARGET.write_text(joined(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
