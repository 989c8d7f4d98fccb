from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from chat.domain import forgetting
from chat.domain.keeping import hide_message
from chat.models import Conversation, Message, Wishes
from foundation.core.facets import (
    ONLY_ON_SITE,
    Channel,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReportFacet,
    Without,
)
from foundation.core.kinds import Kind

BY_ALL_WAYS = frozenset({Channel.SITE, Channel.PUSH, Channel.MAIL})


def _messages(user: Any) -> Any:
    return Message.objects.visible_to(user).select_related("conversation", "author")


def _evidence(message: Message) -> dict[str, str]:
    """What the reporter was shown: this one message, never what stands around it."""
    with translation.override(settings.LANGUAGE_CODE):
        kept = {str(_("消息")): message.text}
        described = "\n".join(file.description for file in _files(message) if file.description)
        return kept | ({str(_("图片说明")): described} if described else {})


def _files(message: Message) -> list[Any]:
    return [row.file for row in message.attachments.select_related("file")]


KINDS = [
    Kind(
        key="conversation",
        model="chat.Conversation",
        name=_("对话"),
        # Of a pair the sentence says who it is.
        title=lambda conversation: conversation.title,
        url=lambda conversation: conversation.url,
        visible_to=Conversation.objects.visible_to,
        owner=lambda conversation: None,
        place_path=Without("belongs to its people, wherever they live"),
        audit={
            "chat.start_group": _("建立群聊"),
            "chat.ask_into_group": _("邀请邻居进群"),
            "chat.remove_person": _("把成员移出群聊"),
            "chat.leave": _("退出群聊"),
            "chat.rename": _("修改群名"),
            "chat.hand_over": _("转交群聊"),
            "chat.accept": _("接受对话请求"),
            "chat.decline": _("谢绝对话请求"),
        },
        privacy=PrivacyFacet(
            subject="",
            category="communication",
            retain="until nobody takes part in it any more",
            on_erase=OnErase.ANONYMISE,
        ),
        search=Without("private: found by its people in their own list"),
        review=Without("private: nobody reads it but its people"),
        notify={
            "message": Event(
                _("%(who)s 给您发来了消息"),
                EventGroup.PEOPLE,
                BY_ALL_WAYS,
                own_sign=True,
                mail_after=timedelta(hours=1),
            ),
            "requested": Event(_("%(who)s 想给您发消息"), EventGroup.PEOPLE, ONLY_ON_SITE),
            "asked_into_group": Event(_("%(who)s 邀请您进群"), EventGroup.PEOPLE),
            "handed_over": Event(_("%(who)s 请您当群主"), EventGroup.PEOPLE),
        },
        comments=Without("it is talk itself"),
        feed=Without("private: it stands on nobody else's page"),
        report=Without("what somebody said in it is reported, message by message"),
        export=Without("goes with each of its people: `conversations` among the own data"),
        demo=Without("filled with the demo's people, once they know each other"),
    ),
    Kind(
        key="message",
        model="chat.Message",
        name=_("消息"),
        # Never its words: the title stands in notifications, in the inbox and in the log.
        title=lambda message: str(_("一条消息")),
        url=lambda message: message.url,
        visible_to=_messages,
        owner=lambda message: message.author_id,
        place_path=Without("belongs to its people, wherever they live"),
        audit={"chat.unsend": _("撤回消息")},
        privacy=PrivacyFacet(
            subject="author",
            category="communication",
            retain="as long as somebody takes part in the conversation",
            on_erase=OnErase.ANONYMISE,
            erase=forgetting.erase_messages,
        ),
        search=Without("private: its words stand in no index"),
        review=Without("private: staff read only what somebody reported"),
        notify=Without("its conversation tells of it"),
        comments=Without("an answer is a message of the same conversation"),
        feed=Without("private: it stands on nobody else's page"),
        report=ReportFacet(
            hide=hide_message,
            # No list of words is ever held against what was said in private already.
            texts=lambda message: [],
            stands=lambda message: False,
            evidence=_evidence,
            files=_files,
        ),
        export=ExportFacet(
            rows=forgetting.own_messages,
            as_data=forgetting.message_data,
            files=forgetting.message_files,
        ),
        demo=Without("comes with its conversation"),
    ),
]
NOT_KINDS = {
    "Attachment": "part of a message",
    "Hidden": "her own choice, which nobody else may learn of",
    "Participant": "part of a conversation, shown to its people",
    "Wishes": "her own choice, seen and changed by her alone",
}
OWN_DATA = [
    OwnPart(
        key="conversations",
        name=_("我的对话"),
        facet=ExportFacet(rows=forgetting.own_parts, as_data=forgetting.part_data),
    ),
    OwnPart(
        key="message_wishes",
        name=_("消息设置"),
        facet=ExportFacet(
            rows=lambda user: Wishes.objects.filter(user_id=user.pk), as_data=forgetting.wishes_data
        ),
    ),
]
ERASE = [
    Erasing(
        links=["chat.Participant.user", "chat.Hidden.user", "chat.Wishes.user"],
        why="how she took part in conversations, and what she wanted of them",
        erase=forgetting.erase_parts,
    ),
    Erasing(
        links=["chat.Message.whom"],
        why="a line of a group that names her stays, with a nameless account",
    ),
]
