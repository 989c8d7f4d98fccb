from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    CommentPolicy,
    CommentsFacet,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    FeedFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReportFacet,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind
from spaces.domain import leaving
from spaces.domain.diary import hide_entry, plain
from spaces.domain.guestbook import hide_message
from spaces.domain.queries.diary import entry_scope, load_entries, pictures_of
from spaces.domain.reported import diary_evidence, message_evidence
from spaces.models import (
    AddressEntry,
    DiaryEntry,
    FirstSteps,
    GuestbookEntry,
    GuestbookRule,
    SpaceTile,
)

NO_PLACE = Without("belongs to a person; what is for a place carries its scope")

KINDS = [
    Kind(
        key="diary_entry",
        model="spaces.DiaryEntry",
        name=_("日志"),
        title=lambda entry: entry.title,
        url=lambda entry: entry.url,
        visible_to=lambda user: DiaryEntry.objects.visible_to(user).select_related("author"),
        owner=lambda entry: entry.author_id,
        place_path=NO_PLACE,
        audit={
            "spaces.write_diary": _("写日志"),
            "spaces.edit_diary": _("修改日志"),
            "spaces.delete_diary": _("删除日志"),
            # An address book is its owner's alone and no kind; only that it was taken along is written down.
            "spaces.export_address_book": _("导出通信录"),
        },
        privacy=PrivacyFacet(
            subject="author",
            category="content",
            retain="until the author deletes it",
            on_erase=OnErase.DELETE,
            erase=leaving.erase_diary,
        ),
        search=SearchFacet(
            text=lambda entry: plain(entry.body),
            scope=entry_scope,
            date=lambda entry: entry.published_at,
            state=("scope_level", "scope_ref", "title", "body", "published_at"),
            related=["author"],
            fields=frozenset(
                {"title", "body", "scope_level", "scope_ref", "published_at", "hidden_at", "author"}
            ),
        ),
        review=Without("verified residents post at once; what is reported comes as a case"),
        notify=Without("followers find it in their feed"),
        comments=CommentsFacet(policy=CommentPolicy.AT_ONCE, is_open=lambda entry: not entry.is_draft),
        feed=FeedFacet(load=load_entries, template="components/diary_entry.html"),
        report=ReportFacet(
            hide=hide_entry,
            texts=lambda entry: [
                entry.title,
                plain(entry.body),
                *(file.description for file in pictures_of(entry)),
            ],
            stands=lambda entry: entry.hidden_at is None and not entry.is_draft,
            evidence=diary_evidence,
            files=pictures_of,
        ),
        export=ExportFacet(
            rows=leaving.own_diary,
            as_data=leaving.diary_data,
            files=leaving.diary_files,
        ),
        demo=Without("the demo's spaces are composed in linli"),
        can_be_saved=True,
    ),
    Kind(
        key="guestbook_entry",
        model="spaces.GuestbookEntry",
        name=_("留言"),
        title=lambda entry: Truncator(entry.text).chars(40),
        url=lambda entry: entry.url,
        visible_to=lambda user: GuestbookEntry.objects.visible_to(user).select_related("owner", "author"),
        owner=lambda entry: entry.author_id,
        place_path=NO_PLACE,
        audit={"spaces.leave_message": _("留言"), "spaces.delete_message": _("删除留言")},
        privacy=PrivacyFacet(
            subject="author",
            category="content",
            retain="until its writer or whose guestbook it is deletes it",
            on_erase=OnErase.DELETE,
            erase=leaving.erase_guestbook,
        ),
        search=Without("read where it was left"),
        review=Without("its owner looks at it first where she wants that"),
        notify={
            "left": Event(_("%(who)s 给您留言了"), EventGroup.PEOPLE),
            "answered": Event(_("%(who)s 回复了您的留言"), EventGroup.PEOPLE),
        },
        comments=Without("the owner answers it"),
        feed=Without("between two people"),
        report=ReportFacet(
            hide=hide_message,
            texts=lambda entry: [entry.text, entry.answer],
            stands=lambda entry: entry.hidden_at is None and entry.shown,
            evidence=message_evidence,
        ),
        export=ExportFacet(
            rows=lambda user: GuestbookEntry.objects.filter(author=user).select_related("owner"),
            as_data=leaving.left_data,
        ),
        demo=Without("the demo's spaces are composed in linli"),
    ),
]
NOT_KINDS = {
    "AddressEntry": "its owner's alone; shown as the person it names",
    "AddressGroup": "its owner's alone",
    "DiaryPicture": "part of a diary entry",
    "DiaryTopic": "part of a diary entry",
    "FirstSteps": "its owner's own choice",
    "GuestbookRule": "its owner's own choice",
    "SpaceTile": "its owner's own choice; what stands on a tile its own kind decides",
}
OWN_DATA = [
    OwnPart(
        key="address_book",
        name=_("通信录"),
        facet=ExportFacet(
            rows=lambda user: AddressEntry.objects.filter(owner=user).select_related("person", "group"),
            as_data=leaving.address_data,
        ),
    ),
    OwnPart(
        key="guestbook_rule",
        name=_("留言板规则"),
        facet=ExportFacet(
            rows=lambda user: GuestbookRule.objects.filter(user=user), as_data=leaving.rule_data
        ),
    ),
    OwnPart(
        key="first_steps",
        name=_("新邻居的提示"),
        facet=ExportFacet(
            rows=lambda user: FirstSteps.objects.filter(user=user), as_data=leaving.first_steps_data
        ),
    ),
    OwnPart(
        key="space_tiles",
        name=_("空间里的应用"),
        facet=ExportFacet(rows=lambda user: SpaceTile.objects.filter(owner=user), as_data=leaving.tile_data),
    ),
]
ERASE = [
    Erasing(
        links=[
            "spaces.GuestbookRule.user",
            "spaces.GuestbookEntry.owner",
            "spaces.AddressGroup.owner",
            "spaces.AddressEntry.owner",
            "spaces.AddressEntry.person",
            "spaces.SpaceTile.owner",
            "spaces.FirstSteps.user",
        ],
        why="her own guestbook, address book and arrangement, and where others filed her",
        erase=leaving.erase_rules,
    ),
]
