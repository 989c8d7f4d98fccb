from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from foundation.accounts.domain.second_factor import remove_lost
from foundation.accounts.models import User
from foundation.core.access.roles import Role


class Command(BaseCommand):
    help = "Remove the lost second factor of somebody whose identity was checked: second_factor remove lin --by op --why …"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["remove"])
        parser.add_argument("account", help="name or mail address of the account")
        parser.add_argument("--by", required=True, help="name of the operator's own account")
        parser.add_argument("--why", required=True, help="how the person showed who she is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for an account that is not there, or an operator who is none."""
        user = self._account(options["account"])
        operator = self._account(options["by"])
        if not operator.has_role(Role.OPERATOR):
            raise CommandError(f"{options['by']} is no operator.")
        if operator == user:
            raise CommandError("Nobody removes the own second factor this way: ask another operator.")
        gone = remove_lost(user, by=operator, purpose=options["why"][:200])
        self.stdout.write(f"{gone} second factors removed.")

    def _account(self, name: str) -> User:
        found = User.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True).first()
        if found is None:
            raise CommandError(f"There is no account {name}.")
        return found
