"""What the platform is made of: every package pinned with its hashes, and named in a bill of materials."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tools import sbom
from tools.sbom import REQUIREMENTS, ROOT, normal, pins, requirements

pytestmark = pytest.mark.security(50)
FILES = sorted(REQUIREMENTS.glob("*.txt"))
HASHES = re.compile(r"(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")


def bill() -> dict:
    return json.loads(sbom.SBOM.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_its_hashes(path: Path) -> None:
    loose = []
    for requirement in requirements(path):
        match = sbom.NAME_AND_VERSION.match(requirement)
        if match is None or not HASHES.fullmatch(requirement[match.end() :]):
            loose.append(requirement[:80])
    assert loose == []
    assert len(pins(path)) > 50


@pytest.mark.deny
@pytest.mark.parametrize("line", ["Django>=6", "Django", "-e .", "git+https" + "://example.org/x", "--pre"])
def test_what_has_no_exact_version_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "loose.txt").write_text(f"# a comment\n{line}\n")
    with pytest.raises(ValueError, match="not pinned"):
        pins(tmp_path / "loose.txt")


def test_the_pins_are_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    production, all_pins = pins(REQUIREMENTS / "base.txt"), pins(REQUIREMENTS / "dev.txt")
    for asked, given in (
        (project["project"]["dependencies"], production),
        (project["dependency-groups"]["dev"], all_pins),
    ):
        named = {normal(match[1]): match[2] for line in asked if (match := sbom.NAME_AND_VERSION.match(line))}
        assert len(named) == len(asked), "everything the project asks for has an exact version"
        assert {name: given.get(name) for name in named} == named
    assert {name: all_pins.get(name) for name in production} == production, "tested is what runs"


def test_the_bill_of_materials_is_fresh() -> None:
    assert sbom.SBOM.read_text(encoding="utf-8") == sbom.text(), "run `python -m tools.sbom`"


def test_the_bill_names_every_package_of_production_and_is_well_formed() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    made = bill()
    named = {normal(part["name"]): part["version"] for part in made["components"]}
    assert named == pins(REQUIREMENTS / "base.txt")
    without = {part["name"] for part in made["components"] if not part.get("licenses")}
    # Its metadata says nothing; the makers' page says MIT.
    assert without <= {"pyrage"}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(made)) is None


def test_the_bill_names_no_address_and_no_place_of_one_machine() -> None:
    made = bill()
    made.pop("$schema")  # the name of the format, which is written like an address
    said = json.dumps(made)
    assert "://" not in said
    assert str(ROOT) not in said


def test_nobody_else_s_code_is_copied_into_the_tree() -> None:
    """Scripts and styles of others come with pinned packages, whose hashes are held above."""
    banner = re.compile(r"/\*!|@license|sourceMappingURL")
    copied = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "static").rglob("*")
        if path.suffix in (".js", ".css") and banner.search(path.read_text(encoding="utf-8"))
    ]
    assert copied == []
    assert not (ROOT / "static" / "vendor").exists(), "vendored files need a list of their hashes"
