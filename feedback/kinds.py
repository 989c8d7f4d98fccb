from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.domain import own
from feedback.domain.showing import decide_idea, hide_idea
from feedback.models import Answer, Idea, Vote
from feedback.permissions import FeedbackPermission
from foundation.core.access.scopes import ONLY, Scope
from foundation.core.facets import (
    ONLY_ON_SITE,
    CommentPolicy,
    CommentsFacet,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReportFacet,
    ReviewFacet,
    ReviewTiming,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind

FOUND_BY = ("title", "text", "state", "scope_level", "scope_ref", "waiting", "hidden_at")


def _found_by(idea: Idea) -> Scope | None:
    """Who finds it: for whom it was written, its author alone while it waits or once it was hidden; merged ones nobody."""
    if idea.state == Idea.State.MERGED:
        return None
    return idea.scope if idea.is_shown else Scope(ONLY, str(idea.author_id))


def _shown_words(idea: Idea) -> dict[str, str]:
    descriptions = [picture.file.description for picture in idea.idea_pictures.select_related("file")]
    words = {str(_("标题")): idea.title, str(_("详细说明")): idea.text}
    words[str(_("图片说明"))] = "\n".join(one for one in descriptions if one)
    return {name: said for name, said in words.items() if said}


def _files(idea: Idea) -> list[Any]:
    return [picture.file for picture in idea.idea_pictures.select_related("file")]


KINDS = [
    Kind(
        key="idea",
        model="feedback.Idea",
        name=_("建议"),
        title=lambda idea: idea.title,
        url=lambda idea: idea.get_absolute_url(),
        visible_to=lambda user: Idea.objects.visible_to(user).select_related("place", "author"),
        owner=lambda idea: idea.author_id,
        place_path=lambda idea: idea.place.path,
        audit={
            "idea.write": _("提出建议"),
            "idea.edit": _("修改建议"),
            "idea.see": _("把建议标为已收到"),
            "idea.plan": _("把建议列入计划"),
            "idea.start": _("开始落实建议"),
            "idea.finish": _("完成建议"),
            "idea.decline": _("不采纳建议"),
            "idea.reopen": _("重新考虑建议"),
            "idea.merge": _("合并建议"),
            "idea.withdraw": _("撤回建议"),
            "idea.answer": _("答复建议"),
            "idea.keep_category": _("修改建议的分类"),
        },
        privacy=PrivacyFacet(
            subject="author",
            category="content",
            retain="as long as the community keeps its road map",
            on_erase=OnErase.ANONYMISE,
            erase=own.erase_ideas,
        ),
        search=SearchFacet(
            text=lambda idea: idea.text,
            related=["place", "author"],
            weight=2,
            scope=_found_by,
            date=lambda idea: idea.created_at,
            state=FOUND_BY,
            fields=frozenset(FOUND_BY),
        ),
        review=ReviewFacet(
            decide=decide_idea,
            permission=FeedbackPermission.REVIEW,
            template="feedback/idea_review.html",
            context=lambda idea, by: {"idea": idea, "pictures": _files(idea)},
            version=lambda idea: f"{idea.edited_at or idea.created_at}",
            timing=ReviewTiming.NEVER,
            least=ReviewTiming.NEVER,
            partial=lambda idea: [idea.author_id],
            related=["place"],
            reasons=[
                _("请写清楚是哪里、什么情况。"),
                _("含有他人的个人信息，请去掉后再提。"),
                _("请文明发言，不要指责他人。"),
            ],
        ),
        notify={
            "idea_written": Event(
                _("%(who)s 提了一条建议"),
                EventGroup.WORK,
                ONLY_ON_SITE,
                alike=True,
                many=_("%(number)s 条新建议等待答复"),
                overview="feedback_office:ideas",
            ),
            "idea_answered": Event(_("您的建议有了答复"), EventGroup.OWN),
            "idea_moved": Event(_("您支持的建议有了进展"), EventGroup.PEOPLE),
            "idea_merged": Event(_("您提出或支持的建议并到了另一条"), EventGroup.PEOPLE),
            "idea_shown": Event(_("您的建议已经公开"), EventGroup.OWN),
            "idea_refused": Event(_("您的建议没有公开"), EventGroup.OWN),
        },
        comments=CommentsFacet(
            policy=CommentPolicy.AT_ONCE,
            # What only staff read is answered by them: its author would not see what they say among themselves.
            is_open=lambda idea: idea.is_public and idea.is_shown and idea.state != Idea.State.MERGED,
        ),
        feed=Without("stands in the community's list; who supports it is told how it goes on"),
        report=ReportFacet(
            hide=hide_idea,
            texts=lambda idea: [idea.title, idea.text, *(file.description for file in _files(idea))],
            evidence=_shown_words,
            files=_files,
            stands=lambda idea: idea.is_shown,
        ),
        export=ExportFacet(rows=own.own_ideas, as_data=own.idea_data, files=own.idea_files),
        demo=Without("filled with the demo's people, once they are verified"),
    ),
]
NOT_KINDS = {
    "Answer": "part of an idea: the idea decides who reads it",
    "Category": "a word of the office's, the same for everybody",
    "IdeaPicture": "part of an idea",
    "Vote": "shown as a number",
}
OWN_DATA = [
    OwnPart(
        key="idea_votes",
        name=_("支持的建议"),
        facet=ExportFacet(
            rows=lambda user: Vote.objects.filter(user=user).select_related("idea"), as_data=own.vote_data
        ),
    ),
    OwnPart(
        key="idea_answers",
        name=_("答复过的建议"),
        facet=ExportFacet(
            rows=lambda user: Answer.objects.filter(by=user).select_related("idea"), as_data=own.answer_data
        ),
    ),
]
ERASE = [
    Erasing(links=["feedback.Vote.user"], why="a vote is somebody's own act", erase=own.forget_votes),
    Erasing(
        links=["feedback.Answer.by"],
        why="what the community answered stays the community's word; the person behind it becomes nameless",
    ),
]
