"""`make bench SUITE=core|web|weight|help|search|feed`: measure, and print one JSON object per figure.

SCALE=small gives a quick look with the same names. A figure is worth what its machine was doing meanwhile:
requests per second drift, CPU milliseconds and statements per request do not.
"""

import argparse
import os
import signal
import sys

from tools.bench import agreements, core, feed, search, web, weight


def pages_and_search(*, small: bool) -> None:
    """The search is a page, and has its own figures at 20,000 things that can be found."""
    web.run(small=small)
    search.run(small=small)


SUITES = {
    "core": core.run,
    "feed": feed.run,
    "help": agreements.run,
    "search": search.run,
    "web": pages_and_search,
    "weight": weight.run,
}


def main() -> int:
    """Read the command line and run one suite."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suite", choices=sorted(SUITES))
    suite = parser.parse_args().suite
    # Leave by the ordinary way, so that everything that was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    SUITES[suite](small=os.environ.get("SCALE") == "small")
    return 0


if __name__ == "__main__":
    sys.exit(main())
