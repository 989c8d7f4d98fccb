"""`manage.py create_site 银杏里社区`: what a new installation needs before its first editor signs in."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from wagtail.models import Site

from foundation.core.models import SiteSettings
from home.domain.frame import make_frame
from organisations.domain.offices import make_offices


class Command(BaseCommand):
    help = "Create front page, news and notices, the roles and the workflow; idempotent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the community's name")

    def handle(self, *args: Any, **options: Any) -> None:
        make_frame(name=options["name"])
        settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        settings.community_name = options["name"]
        settings.save()
        # The streets and committees that are there already: without an office none of them could sign.
        make_offices()
        call_command("create_roles", verbosity=options["verbosity"])
