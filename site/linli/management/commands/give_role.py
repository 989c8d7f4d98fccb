"""`manage.py give_role lin administrator`: how a new installation gets its first administrators (A5)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from foundation.accounts.domain.roles import NotTogether, give_role
from foundation.accounts.models import User
from foundation.core.access.roles import GIVEN, PLACED, Role
from foundation.core.models import Place


class Command(BaseCommand):
    help = "Give somebody a role at the server, as the system; from two administrators on the office does it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="address name or mail address")
        parser.add_argument("role", choices=[str(role) for role in GIVEN])
        parser.add_argument("--place", default="", help="the place's address name, for staff and officers")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Q(username=options["account"]) | Q(email__iexact=options["account"])
        user = User.objects.filter(found, is_active=True).first()
        role, place = Role(options["role"]), None
        if user is None:
            raise CommandError(f"There is no account {options['account']}.")
        if role in PLACED and not options["place"]:
            raise CommandError(f"{role} is held for a place: name it with --place.")
        if options["place"]:
            if role not in PLACED:
                raise CommandError(f"{role} has no place.")
            place = Place.objects.filter(slug=options["place"]).first()
            if place is None:
                raise CommandError(f"There is no such place: {options['place']}.")
        try:
            give_role(user, role, place=place, purpose="manage.py give_role", by=None)
        except NotTogether:
            raise CommandError(
                f"Nobody is {role} together with administrator, auditor or operator: take the other role first."
            ) from None
        if options["verbosity"]:
            self.stdout.write(f"{user.username} holds {role}.")
