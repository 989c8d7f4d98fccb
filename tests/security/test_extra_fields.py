"""What a form does not ask for it does not take: every field of every model, sent along, changes nothing."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.cache import cache
from django.db import models, transaction
from django.forms import ModelForm

from daily.interfaces.forms import OwnPlateForm, PlateForm, ReminderForm
from foundation.accounts.interfaces.display import DisplayForm
from foundation.accounts.interfaces.family import AskFamilyForm, EndFamilyForm, RecordFamilyForm
from foundation.messaging.interfaces.forms import PreferencesForm
from foundation.moderation.interfaces.review import BulkForm, DecisionForm
from foundation.signing.interfaces.keys import RevokeForm
from foundation.signing.interfaces.verification import UploadForm
from foundation.social.interfaces.album_forms import AlbumForm, PhotoForm, PhotosForm
from foundation.social.interfaces.forms import CommentForm, EditPostForm, FollowRuleForm, PostForm
from helpagreements.interfaces.forms import CommentForm as ClauseCommentForm
from helpagreements.interfaces.forms import DraftForm, EditForm, NoteForm, TemplateForm
from identity.interfaces.forms import SignUpForm, SixItemsForm
from news.interfaces.forms import LocalNoticeForm
from office.interfaces.leavers import LeaverForm
from office.interfaces.log import AlarmForm
from office.interfaces.roles import GiveRoleForm, TakeRoleForm
from office.interfaces.settings import CommunityForm, NewPlaceForm, PlaceForm
from organisations.interfaces.forms import (
    CheckForm,
    InviteForm,
    PageForm,
    PaperForm,
    ReasonForm,
    ServiceForm,
    StartForm,
)
from spaces.interfaces.diary_forms import AnswerForm, DiaryForm, GuestbookRuleForm, MessageForm
from spaces.interfaces.forms import ProfileForm
from spaces.interfaces.people_forms import NoteForm as PersonNoteForm
from tests.access.resolver import Case, cases
from tests.access.snapshot import snapshot
from tests.access.town import Town

pytestmark = [pytest.mark.row("A1", "A2", "S1", "S2"), pytest.mark.security(9), pytest.mark.deny]
# Which form each route reads; what stands in none of them must count for nothing.


@pytest.fixture(autouse=True)
def _as_many_fields_as_there_are(settings: Any) -> None:
    """Every column of every table is sent along: more than a form of ours may have."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000


FORMS = {
    "accounts:display": DisplayForm,
    "accounts:ask_family": AskFamilyForm,
    "office:record_family": RecordFamilyForm,
    "office:end_family": EndFamilyForm,
    "daily:plates": PlateForm,
    "daily:own_plates": OwnPlateForm,
    "daily:change_plate": ReminderForm,
    "helpagreements:comment": ClauseCommentForm,
    "helpagreements:note": NoteForm,
    "notices:publish": LocalNoticeForm,
    "agreements:new": DraftForm,
    "agreements:edit": EditForm,
    "agreements:template": TemplateForm,
    "agreements:new_template": TemplateForm,
    "organisations:apply": StartForm,
    "organisations:application": StartForm,
    "desk:page": PageForm,
    "desk:add_service": ServiceForm,
    "desk:members": InviteForm,
    "desk:declare_check": CheckForm,
    "desk:papers": PaperForm,
    "institutions:suspend": ReasonForm,
    "institutions:reinstate": ReasonForm,
    "institutions:close": ReasonForm,
    "spaces:post_status": PostForm,
    "spaces:edit_status": EditPostForm,
    "spaces:edit_profile": ProfileForm,
    "spaces:make_album": AlbumForm,
    "spaces:edit_album": AlbumForm,
    "spaces:add_photos": PhotosForm,
    "spaces:change_photo": PhotoForm,
    "spaces:write_entry": DiaryForm,
    "spaces:edit_entry": DiaryForm,
    "spaces:guestbook": MessageForm,
    "spaces:guestbook_rule": GuestbookRuleForm,
    "spaces:answer_message": AnswerForm,
    "spaces:note": PersonNoteForm,
    "social:comment": CommentForm,
    "social:rules": FollowRuleForm,
    "identity:claim": SixItemsForm,
    "reviews:decide": DecisionForm,
    "reviews:decide_many": BulkForm,
    "messaging:settings": PreferencesForm,
    "office:settings": CommunityForm,
    "office:leave_staff": LeaverForm,
    "office:give_role": GiveRoleForm,
    "office:take_role": TakeRoleForm,
    "office:add_place": NewPlaceForm,
    "office:rename_place": PlaceForm,
    "office:look_into": AlarmForm,
    "signing:verify": UploadForm,
    "signing:revoke": RevokeForm,
    "signing_office:revoke": RevokeForm,
}
PLAIN = {
    "social:share": {"text", "once"},
    "social:react": {"liked", "kind"},
    "social:save": {"saved", "listed"},
    "social:draft": {"key", "text"},
    "social:follow": {"secret"},
    "social:mute": {"muted"},
    "spaces:change_entries": {"person", "name", "to", "act"},
    "spaces:show_message": {"shown"},
    "moderation:report": {"reason", "text"},
    "reviews:words": {"do", "lines", "level", "note", "word"},
    "reviews:hand": {"to", "note"},
    "reviews:reasons": set(),
    "office:export_log": {"purpose"},
    "operations:retry": set(),
}
ALWAYS = {"next", "description", "csrfmiddlewaretoken"}
SENT = [case for case in cases() if case.method == "POST" and {"on", "200"} & set(case.expected.values())]


def own_models() -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.name in configured.LOCAL_APPS:
            yield from config.get_models()


def wicked(town: Town) -> dict[str, str]:
    """Return a value for every field of every model of ours that would do harm where it was taken."""
    found: dict[str, str] = {"is_superuser": "1", "is_staff": "1", "groups": "1", "roles": "administrator"}
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.OneToOneField):
                target = str(field.related_model._meta.label)
                mine = {"accounts.User": town.people["neighbour"].pk, "social.Post": town.things["secret"].pk}
                found[field.name] = found[field.attname] = str(mine.get(target, 1))
            elif isinstance(field, models.BooleanField):
                found[field.name] = "1"
            elif isinstance(field, models.DateField):
                found[field.name] = "2001-02-03T04:05"
            elif isinstance(field, models.IntegerField):
                found[field.name] = "4711"
            elif getattr(field, "choices", None):
                found[field.name] = str(field.choices[-1][0])
            else:
                found[field.name] = "别人的"
    return found | {"scope_level": "public", "scope_ref": "", "state": "approved", "is_active": "0"}


def asked(route: str) -> set[str]:
    form = FORMS.get(route)
    names = set(form.base_fields) if form else PLAIN.get(route, set())
    levels = {f"level_{name}" for name in ("bio", "location", "real_name")} if form is ProfileForm else set()
    return names | levels | ALWAYS


def written(send: Callable[[], Any]) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Send, look at the rows that came or changed, and take it all back."""
    cache.clear()
    with transaction.atomic():
        before = snapshot()
        status = send().status_code
        after = snapshot()
        transaction.set_rollback(True)
    rows = {
        label: [row for pk, row in after[label].items() if before[label].get(pk) != row] for label in after
    }
    return status, {label: found for label, found in rows.items() if found}


def alike(send: Callable[[dict[str, str]], Any], extras: dict[str, str]) -> tuple[Any, Any]:
    """Return what a plain request writes and what one with extras does, less what differs by chance."""
    plain, again, rich = (written(lambda extra=extra: send(extra)) for extra in ({}, {}, extras))

    def values(found: dict, label: str, column: str) -> Counter:
        return Counter(repr(row[column]) for row in found.get(label, []))

    steady = {
        (label, column)
        for label, rows in plain[1].items()
        for column in rows[0]
        if values(plain[1], label, column) == values(again[1], label, column)
    }

    def told(result: tuple[int, dict]) -> Any:
        status, rows = result
        return (
            status,
            {label: len(found) for label, found in rows.items()},
            {key: values(rows, *key) for key in steady},
        )

    return told(plain), told(rich)


def sender(case: Case) -> str:
    return {
        "reviews": "staff",
        "signing_office": "staff",
        "office": "administrator",
        "operations": "administrator",
    }.get(case.route.split(":")[0], "owner")


def test_extra_fields_count_for_nothing(town: Town) -> None:
    for case in SENT:
        extras = {name: value for name, value in wicked(town).items() if name not in asked(case.route)}
        client = town.client(sender(case))

        def send(extra: dict[str, str], case: Case = case, client: Any = client) -> Any:
            return client.post(case.path(town), {**extra, **dict(case.data().lists())})

        plain, rich = alike(send, extras)
        assert plain == rich, case.name


def test_signing_up_gives_no_more_than_an_account(client: Any, town: Town, places: dict) -> None:
    from tests.accounts.test_signing_in import ITEMS

    items = {**ITEMS, "place": places["ginkgo"].pk}
    extras = {name: value for name, value in wicked(town).items() if name not in SignUpForm.base_fields}
    extras.pop("email", None)
    plain, rich = alike(lambda extra: client.post("/account/signup/", {**extra, **items}), extras)
    assert plain == rich
    assert plain[1]["accounts.User"] == 1


def test_a_claim_is_of_whoever_sends_it(town: Town, places: dict) -> None:
    from tests.accounts.test_signing_in import ITEMS

    client = town.client("newcomer")
    client.post("/account/verification/abandon/")
    items = {**ITEMS, "place": places["ginkgo"].pk}
    extras = {name: value for name, value in wicked(town).items() if name not in asked("identity:claim")}
    plain, rich = alike(lambda extra: client.post("/account/verification/", {**extra, **items}), extras)
    assert plain == rich
    assert plain[1]["identity.Claim"] == 1


def modules() -> Iterator[Any]:
    for name in configured.LOCAL_APPS:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "migrations" not in found.name:
                yield importlib.import_module(found.name)


def test_every_form_of_a_model_names_its_fields() -> None:
    """`__all__` and `exclude` take in whatever a later migration adds."""
    loose = []
    for module in modules():
        with open(module.__file__, encoding="utf-8") as file:
            source = file.read()
        if re.search(r"""fields\s*=\s*["']__all__["']|^\s+exclude\s*=\s*[\[("']""", source, re.MULTILINE):
            loose.append(module.__name__)
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, ModelForm) and thing is not ModelForm:
                options = thing._meta
                if options.model is not None and (not options.fields or options.exclude):
                    loose.append(thing.__name__)
    assert loose == []
