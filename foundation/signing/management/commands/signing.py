"""`manage.py signing create_root|renew_issuing|crl|sweep|network`: what the operator does for electronic signatures."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.signing.domain import authorities, evidence, sweeping
from foundation.signing.domain.faults import AuthorityMissing
from foundation.signing.models import Signature

PASSPHRASE = "LINLI_ROOT_PASSPHRASE"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = "Make the certificate authority, publish its lists, look after signed files."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        made = acts.add_parser("create_root", help=f"make the authority; {PASSPHRASE} locks the root's key")
        made.add_argument(
            "--out", required=True, help="the file of the root's key, to be kept off this server"
        )
        renewed = acts.add_parser("renew_issuing", help="issue anew what the root vouches for")
        renewed.add_argument("--root", required=True, help="the file of the root's key")
        acts.add_parser("crl", help="publish the lists of revoked certificates")
        acts.add_parser("sweep", help="remove files that nothing names, check those that something does")
        opened = acts.add_parser(
            "network", help="open address and browser of a paper's signings, for a court"
        )
        opened.add_argument("number", help="the paper's number")
        opened.add_argument("--by", required=True, help="the member of staff who opens them; the log says so")
        opened.add_argument("--purpose", required=True, help="what for: the court's reference")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"_{act}")(**options)

    def _create_root(self, *, out: str, **_options: Any) -> None:
        try:
            row = authorities.create_root(Path(out), passphrase=os.environ.get(PASSPHRASE, ""))
        except authorities.RootExists:
            raise CommandError(
                "there is a root already: renew_issuing replaces what stands under it"
            ) from None
        except FileExistsError:
            raise CommandError(f"{out} is there already") from None
        self.stdout.write(f"root {row.fingerprint}; now move {out} off this server")

    def _renew_issuing(self, *, root: str, **_options: Any) -> None:
        try:
            authorities.renew_issuing(Path(root), passphrase=os.environ.get(PASSPHRASE, ""))
        except (AuthorityMissing, ValueError, TypeError, OSError) as fault:
            raise CommandError(f"not renewed: {fault}") from None
        self.stdout.write("issuing authority, clock and evidence seal are new")

    def _crl(self, **_options: Any) -> None:
        self.stdout.write(f"{authorities.publish_lists()} lists published")

    def _network(self, *, number: str, by: str, purpose: str, **_options: Any) -> None:
        opener = User.objects.filter(username=by).first()
        found = Signature.objects.filter(document__number=number).select_related("slot", "document")
        if opener is None or not found:
            raise CommandError("no such account, or no signed paper of that number")
        try:
            for one in found.order_by("revision__number"):
                opened = evidence.open_network(one, purpose=purpose, by=opener)
                self.stdout.write(json.dumps({"slot": one.slot.name, **opened}, ensure_ascii=False))
        except (Refused, ValueError):
            raise CommandError(
                "not opened: a member of staff of the place has to, and say what for"
            ) from None

    def _sweep(self, **_options: Any) -> None:
        done = sweeping.sweep()
        self.stdout.write(f"{done.removed} files removed, {done.checked} checked")
        if not done.whole:
            for name in done.missing:
                self.stdout.write(f"missing {name}")
            for name in done.altered:
                self.stdout.write(f"altered {name}")
            raise CommandError("signed files are not whole")
