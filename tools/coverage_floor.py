"""Every app's domain, where all that changes state happens, is tested line by line."""

import tomllib
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parents[1]
FLOOR = 95.0  # per cent of the lines of one app's domain


def packages() -> list[str]:
    """The project's own top folders, as its build file names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def domains() -> dict[str, list[Path]]:
    """The Python files of each domain, a folder or a single module, by the folder's name."""
    found = {}
    for top in packages():
        for domain in [*(ROOT / top).rglob("domain"), *(ROOT / top).rglob("domain.py")]:
            files = sorted(domain.rglob("*.py")) if domain.is_dir() else [domain]
            found[domain.relative_to(ROOT).as_posix()] = files
    return found


def below_floor(data: list[Path]) -> list[str]:
    """Join the measurements of several runs and name every domain below the floor with its untested lines."""
    measured = Coverage(
        data_file=str(data[0].with_name("joined.coverage")), config_file=str(ROOT / "pyproject.toml")
    )
    measured.combine([str(path) for path in data], keep=True)
    complaints = []
    for name, files in sorted(domains().items()):
        statements, missing = 0, []
        for path in files:
            _, lines, _, untested, ranges = measured.analysis2(str(path))
            statements += len(lines)
            if untested:
                missing.append((len(untested), f"    {path.relative_to(ROOT)}: {ranges}"))
        reached = 100 * (1 - sum(count for count, _ in missing) / statements) if statements else 100
        if reached < FLOOR:
            complaints += [f"  {name}: {reached:.1f} % of the lines, {FLOOR:.0f} % wanted"]
            complaints += [line for _, line in missing]
    return complaints
