"""For every row of the mission how many tests prove it: `A2 12 passed, 0 failed, browser 2, deny 3`.

    python -m tools.rows        the rows, from `@pytest.mark.row("A2")`

Reads the report of the last whole `make test` of these very files and runs the tests where there is none. A test
that ran on both databases counts once, and as failed if it failed on either. `browser` counts those that drive a
real browser, `deny` those that show a refusal.
"""

import sys

from tools.proofs import last_run, print_lines, proofs, table

TABLE = "rows.csv"


def main() -> int:
    """Print all rows; 0 whenever that could be done, whatever the tests said."""
    run = last_run()
    if run is None:
        return 1
    print_lines([row["name"] for row in table(TABLE)], proofs(run["tests"], "rows"), TABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
