"""Write nginx's configuration for an installation, from the one that `make services` runs with.

    python -m tools.write_nginx linli.example --nodes 127.0.0.1:8001 127.0.0.1:8002 --live 127.0.0.1:8010 \\
        --var /var/lib/linli --certificates /etc/nginx/certificates > /etc/nginx/nginx.conf
"""

import argparse
import string
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The internal address of people's own files (LINLI_ACCEL).
ACCEL = "/protected"
TLS = """        listen 443 ssl;
        listen [::]:443 ssl;
        http2 on;
        server_name {domain};
        ssl_certificate {certificates}/fullchain.pem;
        ssl_certificate_key {certificates}/privkey.pem;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache shared:tls:4m;"""
REDIRECT = """    server {{
        listen 80 default_server;
        listen [::]:80 default_server;
        server_name {domain};
        return 301 https://{domain}$request_uri;
    }}
"""


def configuration(
    scratch: Path,
    var: Path,
    *,
    listen: str,
    nodes: list[str],
    live: str,
    redirect: str = "",
    daemon: str = "off",
) -> str:
    """Return the configuration: `listen` are the server's own lines, nodes and live are host:port."""
    template = string.Template((ROOT / "tools" / "nginx.conf").read_text(encoding="utf-8"))
    return template.substitute(
        daemon=daemon,
        scratch=scratch,
        listen=listen,
        redirect=redirect,
        first=nodes[0],
        second=nodes[1],
        live=live,
        static=var / "static",
        media=var / "media",
        private=var / "private",
        accel=ACCEL,
    )


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.write_nginx",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("domain")
    parser.add_argument("--nodes", nargs=2, required=True)
    parser.add_argument("--live", required=True)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--certificates", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, default=Path("/var/cache/nginx"))
    given = parser.parse_args()
    listen = TLS.format(domain=given.domain, certificates=given.certificates)
    redirect = REDIRECT.format(domain=given.domain)
    print(
        configuration(
            given.scratch,
            given.var,
            listen=listen,
            nodes=given.nodes,
            live=given.live,
            redirect=redirect,
            daemon="on",
        )
    )


if __name__ == "__main__":
    main()
