"""The bill of materials of what runs in production: docs/sbom.cdx.json, in CycloneDX.

    python -m tools.sbom        write it anew; whoever changes a pin does so

Made of the packages in the environment, of which only those count that requirements/base.txt pins. It names no
address and no place of one machine, and comes out the same wherever and whenever it is made.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from tools.report import ROOT

REQUIREMENTS = ROOT / "requirements"
SBOM = ROOT / "docs" / "sbom.cdx.json"
NAME_AND_VERSION = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
# What of a package is told; the rest are addresses, and words that its makers wrote about it.
KEPT = ("type", "name", "version", "purl")


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(path: Path) -> Iterator[str]:
    """The requirements of a file of pins, each on one line with its hashes."""
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def pins(path: Path) -> dict[str, str]:
    """Name → version of everything a file pins. Raises ValueError for a requirement without an exact version."""
    found = {}
    for requirement in requirements(path):
        if not (match := NAME_AND_VERSION.match(requirement)):
            raise ValueError(f"{path.name}: not pinned: {requirement[:60]}")
        found[normal(match[1])] = match[2]
    return found


def licences(part: dict[str, Any]) -> list[dict[str, Any]]:
    """What a package says of its licence; nothing where its metadata says nothing."""
    if "licenses" in part:
        return part["licenses"]
    said = (metadata(part["name"]).get("License") or "").strip()
    return [{"license": {"acknowledgement": "declared", "name": said}}] if said and "\n" not in said else []


def bill() -> dict[str, Any]:
    """The bill of materials. Raises LookupError where the environment is not what is pinned."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate", "--short-PURLs"]
    command += ["--output-reproducible", "--of", "JSON", sys.executable]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    wanted = pins(REQUIREMENTS / "base.txt")
    found = {normal(part["name"]): part for part in made["components"] if normal(part["name"]) in wanted}
    if wrong := sorted(
        name for name, version in wanted.items() if found.get(name, {}).get("version") != version
    ):
        raise LookupError(f"not installed as pinned: {', '.join(wrong)}")
    references = {part["bom-ref"]: part["purl"] for part in found.values()}
    return {
        "$schema": made["$schema"],
        "bomFormat": made["bomFormat"],
        "specVersion": made["specVersion"],
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "linli", "bom-ref": "linli"}},
        "components": [
            {
                "bom-ref": part["purl"],
                **{key: part[key] for key in KEPT},
                **({"licenses": said} if (said := licences(part)) else {}),
            }
            for _name, part in sorted(found.items())
        ],
        "dependencies": sorted(
            (
                {
                    "ref": references[entry["ref"]],
                    "dependsOn": sorted(
                        references[other] for other in entry.get("dependsOn", ()) if other in references
                    ),
                }
                for entry in made["dependencies"]
                if entry["ref"] in references
            ),
            key=lambda entry: entry["ref"],
        ),
    }


def text() -> str:
    """The bill as the file holds it."""
    return json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the file."""
    SBOM.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
