"""How many statements one request sends to the database, counted in a process like a web node's.

    python -m tools.bench.statements        prints {"home": 7, …}; with --show also the statements themselves

Everything counts, that of session and user too; BEGIN, COMMIT and savepoints are told apart.
"""

import argparse
import json
import re
import sys
import uuid
from typing import Any

import django
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tools.bench.pages import addresses, status_form

BRACKETS = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.statements", description=__doc__)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    django.setup()
    host: dict[str, Any] = {
        "SERVER_NAME": "127.0.0.1",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
    }
    clients = {False: Client(**host), True: Client(**host)}
    clients[True].force_login(get_user_model().objects.get(username="resident"))
    counts = {}
    for name, (path, member) in addresses().items():
        client = clients[member]
        # The third time everything is warm that a running site has warm.
        for _time in range(3):
            with CaptureQueriesContext(connection) as captured:
                if name == "post_status":
                    response = client.post(path, status_form(uuid.uuid4()), secure=True)
                else:
                    response = client.get(path, secure=True)
        if response.status_code not in (200, 302):
            raise SystemExit(f"statements: {name} answers {response.status_code}")
        statements = [query["sql"] for query in captured.captured_queries]
        counts[name] = sum(not BRACKETS.match(sql) for sql in statements)
        if given.show:
            print(f"--- {name}: {len(statements)}", *statements, sep="\n", file=sys.stderr)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
