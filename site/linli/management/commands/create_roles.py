"""`manage.py create_roles`: Wagtail's groups for our roles, and the workflow of pages; idempotent."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from foundation.accounts.domain.groups import make_groups
from foundation.moderation.domain.workflow import make_workflow


class Command(BaseCommand):
    help = "Create the groups that follow from the roles, and the workflow that pages go through."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        make_groups()
        make_workflow()
        if options["verbosity"]:
            self.stdout.write("Roles and workflow are in place.")
