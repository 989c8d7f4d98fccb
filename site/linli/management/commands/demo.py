"""`manage.py demo`: fill an empty installation with the living community 银杏里 (U4)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Site

from foundation.accounts.domain.groups import make_groups
from foundation.accounts.models import User
from foundation.moderation.domain.workflow import make_workflow
from home.domain.frame import make_frame
from linli.demo import (
    agreements,
    announcements,
    circles,
    communities,
    day,
    english,
    families,
    feedback,
    institutions,
    messages,
    people,
    portal,
    reports,
    spaces,
    talk,
    told,
)


class Command(BaseCommand):
    help = "Fill an empty installation with the demo community; running it again keeps what is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo's passwords are public: it only fills an installation with demo settings."
            )
        if User.objects.exists():
            self.stdout.write("The community is there already; nothing was changed.")
            return
        with transaction.atomic():
            self._fill()
        talk.cut_what_the_front_page_shows()
        self.stdout.write("The demo community is ready.")

    def _fill(self) -> None:
        frame = make_frame(name="银杏里社区")
        make_groups()
        make_workflow()
        portal.make_settings(Site.objects.get(is_default_site=True))
        places = people.make_places()
        everybody = people.make_people(places)
        people.make_follows(everybody)
        pictures = portal.Pictures(everybody["editor"])
        portal.make_news(frame, everybody, pictures)
        talk.make_statuses(everybody)
        spaces.make_spaces(everybody)
        talk.save_some(everybody)
        reports.make_reports(everybody)
        families.make_families(everybody)
        messages.make_messages(everybody)
        institutions.make_institutions(places)
        circles.make_circles(everybody, places["ginkgo"])
        feedback.make_ideas(everybody, places["ginkgo"])
        announcements.make_notices(frame, everybody, places, pictures)
        agreements.make_agreements(everybody, places["ginkgo"])
        day.make_day(places["ginkgo"])
        communities.make_communities(frame, everybody, places, pictures)
        portal.make_front_page(frame, pictures)
        english.make_english(frame, everybody)
        told.make_notifications(everybody)
        people.make_claims(everybody, places["ginkgo"])
