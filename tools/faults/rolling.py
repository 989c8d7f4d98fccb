"""A new release on both nodes while people go on: nobody may notice (`deploy/rolling-restart`)."""

import os
import signal
import stat
import subprocess
from pathlib import Path

from tools import services
from tools.bench.figures import ROOT
from tools.faults.house import House
from tools.faults.load import Crowd
from tools.faults.outcome import Outcome
from tools.serve import nginx_configuration, nginx_program, wait_until_ready


def restart(house: House, outcome: Outcome) -> None:
    """Restart both nodes twice behind nginx while people post; every form is answered, none is sent again."""
    port, scratch = services.free_port(), house.var / "nginx"
    scratch.mkdir()
    for folder in (house.scratch, house.var, scratch):
        # nginx's workers run as another user.
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    conf = scratch / "nginx.conf"
    text = nginx_configuration(scratch, house.var, "127.0.0.1", port, house.ports, house.ports[0])
    # The people of the faults speak as if a proxy stood in front; here one does.
    conf.write_text(text.replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https"))
    program = [nginx_program(), "-p", str(scratch), "-c", str(conf), "-e", "stderr"]
    nginx = subprocess.Popen(
        program,
        start_new_session=True,
        preexec_fn=services.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has no threads
    )
    try:
        wait_until_ready(port, nginx, "/readyz", "127.0.0.1")
        with Crowd(house, ports=[port]) as crowd:
            for _time in range(2):
                for number, node in enumerate(house.ports):
                    crowd.reach(20)
                    _roll(house, conf, program, f"web{number}", node)
            crowd.reach(20)
    finally:
        services.stop(nginx, signal.SIGTERM)
    house.settle()
    outcome.count_posts(house, crowd)
    unanswered = {status: count for status, count in crowd.ledger.statuses.items() if status != "302"}
    outcome.check(is_so=not unanswered, otherwise=f"answered otherwise: {unanswered}")


def _roll(house: House, conf: Path, program: list[str], name: str, port: int) -> None:
    """Run the script of an installation, with this house's own way to restart a node."""
    given = {**os.environ, "RELOAD": " ".join([*program, "-s", "reload"]), "CONF": str(conf)}
    # The script in two halves: between them the node ends and starts, which here is this process's to do.
    subprocess.run(["sh", "-c", _half("leave", port)], check=True, env=given, cwd=ROOT)
    services.stop(house.running.pop(name), signal.SIGTERM)
    house.again(name)
    house.wait_for_nodes()
    subprocess.run(["sh", "-c", _half("join", port)], check=True, env=given, cwd=ROOT)


def _half(act: str, port: int) -> str:
    script = (ROOT / "deploy" / "rolling-restart").read_text(encoding="utf-8")
    functions = "\n".join(line for line in script.splitlines() if line.startswith(("leave()", "join()")))
    return f"set -eu; conf=$CONF; reload=$RELOAD\n{functions}\n{act} {port}; sleep 2"
