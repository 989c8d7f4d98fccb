"""Draw the state machines and print the matrix of the help platform as docs/machines.md.

python -m tools.draw_machines          write the page
python -m tools.draw_machines --check  fail where the page is not what the files say
"""

import sys
from pathlib import Path

from foundation.core.access.matrix import FILE as MATRIX
from foundation.core.flow.machines import SYSTEM, Machine, machines

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "machines.md"
LIVE = ("institution", "certificate", "agreement", "idea")
HEAD = """# State machines and matrix of the help platform

Made from `foundation/core/flow/workflows.txt` and `foundation/core/access/matrix.txt`, which the site obeys: change
those, then run `python -m tools.draw_machines`. Drawn are the machines whose apps stand; the others wait in the file for
theirs. Actors: V visitor, U resident, G guardian, M member and H head of an institution, K children's
officer, A staff of the place, O operator, S the system by itself.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, *(_drawn(machines()[name]) for name in LIVE)]
    return "\n".join(
        [*parts, "## Matrix of rights", "", "```text", MATRIX.read_text(encoding="utf-8").rstrip(), "```", ""]
    )


def _drawn(machine: Machine) -> str:
    lines = [f"## {machine.name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {machine.start}"]
    for one in machine.transitions.values():
        who = "/".join(sorted(one.actors, key=lambda letter: (letter == SYSTEM, letter)))
        lines += [f"    {source} --> {one.target}: {one.event} ({who})" for source in sorted(one.sources)]
    lines += [f"    {state} --> [*]" for state in sorted(machine.final)]
    lines += ["```", "", "| event | what must hold | what follows |", "|---|---|---|"]
    lines += [f"| {one.event} | {one.guard} | {one.effects} |" for one in machine.transitions.values()]
    return "\n".join([*lines, ""])


def main() -> int:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/machines.md is not what the files say: run `python -m tools.draw_machines`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
