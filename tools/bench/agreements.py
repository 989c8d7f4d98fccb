"""The suite `help`: what it costs to sign an agreement for both sides, and to check one."""

import json

from tools import services
from tools.bench.figures import middle, note, say
from tools.bench.installation import Installation


def run(*, small: bool) -> None:
    """Measure everything of the suite."""
    with services.running(durable=True) as running:
        site = Installation(running)
        site.python("manage.py", "create_keys")
        site.python("manage.py", "migrate", "--verbosity", "0")
        site.python("manage.py", "signing", "create_root", "--out", str(site.var / "root.pem"))
        times = 5 if small else 25
        note(f"{times} agreements rendered, sealed, signed with a PIN's opened key, and checked")
        took = json.loads(site.python("-m", "tools.bench.signing", str(times)))
        # The PIN itself is half a second of scrypt, spent before the document is locked.
        say("help.sign", middle(took["sign"]), "ms", n=times, at="median")
        say("help.sign_cpu", middle(took["sign_cpu"]), "ms", n=times, at="median")
        say("help.verify", middle(took["verify"]), "ms", n=times, at="median")
        say("help.verify_cpu", middle(took["verify_cpu"]), "ms", n=times, at="median")
        say("help.signed_kb", middle(took["kb"]), "KB", n=times, at="median")
