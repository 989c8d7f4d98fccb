"""The living style guide: every component with every state, on invented content; nothing is read or written."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from foundation.accounts.models import FamilyProxy, Organisation, User
from foundation.core.access.permissions import HeldRole
from foundation.core.access.roles import Role
from foundation.core.access.routes import open_to_all
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow.timeline import Happened
from foundation.core.models import Place
from foundation.core.pages.display import ELDER, Display
from foundation.core.search.marking import marked
from foundation.social.domain.queries.polls import ShownChoice, ShownPoll
from foundation.social.enums import ReactionKind
from foundation.social.interfaces.forms import CommentForm, PostForm, ShareForm
from home.blocks.links import COLOURS, ICONS
from home.views.invented_day import invented_day
from identity.interfaces.forms import SixItemsForm
from news.models import ArticlePage, Channel, NoticePage

LONG_NAME = "阿依古丽·买买提江·吐尔逊的妈妈"
CHIPS = ["brick", "pine", "amber", "enamel", "plum", "rose", "slate"]


LOOKS = ["", "btn--pine", "btn--line", "btn--quiet", "btn--danger"]
ARTS = ["avenue", "camera", "dumpling", "flower", "market", "phone", "read", "street"]
TITLES = ["打电话", "看公告", "看新闻", "邻居在说", "订饭", "看病取药"]


def _person(key: int, name: str, *, verified: bool = True) -> User:
    person = User(pk=key, username=f"invented-{key}", display_name=name)
    person.verified_at = timezone.now() if verified else None
    person.__dict__["_held_roles"] = (HeldRole(Role.RESIDENT),)
    return person


def _muted() -> User:
    person = _person(9, "说太多的人")
    person.muted_until = timezone.now() + timedelta(days=2)
    return person


def _picture(state: str = "ready", alt: str = "院门前的银杏") -> SimpleNamespace:
    drawing = static("svg/sample.svg")
    sizes = dict.fromkeys(("url_960", "url_2048", "avif_320", "avif_960"), drawing)
    return SimpleNamespace(**sizes, state=state, ready=state == "ready", alt=alt, width=480, height=270)


def _post(
    key: int, author: User, text: str, *, pictures: Iterable[Any] = (), **facts: Any
) -> SimpleNamespace:
    known = {
        "public_id": f"invented{key}",
        "author": author,
        "text": text,
        "text_html": format_html("<p>{}</p>", text) if text else "",
        "pictures": list(pictures),
        "created_at": timezone.now() - timedelta(hours=key),
        "edited_at": None,
        "scope_label": "邻居可见",
        "reaction_count": 0,
        "comment_count": 0,
        "reaction": "",
        "reaction_numbers": dict.fromkeys(ReactionKind, 0),
        "mixed": False,
        "saved": False,
        "can_edit": False,
        "can_delete": False,
        "shown_poll": None,
        "shared": None,
        "shared_gone": False,
        "url": "#posts",
    }
    return SimpleNamespace(**{**known, **facts})


def _poll(until: datetime, *, over: bool = False) -> ShownPoll:
    choices = (
        ShownChoice(0, "茉莉花", 7, mine=True),
        ShownChoice(1, "最炫民族风，和隔壁院子一起跳的那一版", 3, mine=False),
        ShownChoice(2, "都不跳", 0, mine=False),
    )
    return ShownPoll(choices, several=False, until=until, over=over, voters=10)


def _posts(lin: User, zhou: User, long: User) -> list[SimpleNamespace]:
    original = _post(1, zhou, "裁缝铺明天歇一天，急用的衣服今晚来取。")
    return [
        _post(
            2,
            lin,
            "早上六点的银杏道，一个人也没有。",
            reaction_count=12,
            reaction_numbers={**dict.fromkeys(ReactionKind, 0), ReactionKind.LIKE: 9, ReactionKind.THANKS: 3},
            mixed=True,
            reaction="thanks",
            saved=True,
            comment_count=3,
            can_edit=True,
            can_delete=True,
        ),
        _post(3, zhou, "只有一张照片。", pictures=[_picture()], edited_at=timezone.now()),
        _post(
            4,
            lin,
            "两张，一张还在处理。",
            pictures=[_picture(), _picture("waiting")],
            scope_label="互相关注的人可见",
        ),
        _post(5, long, "三张，一张打不开。", pictures=[_picture(), _picture(), _picture("failed")]),
        _post(6, zhou, "", pictures=[_picture(alt=f"第 {number} 张") for number in range(1, 10)]),
        _post(7, lin, "帮周叶说一声。", shared=original),
        _post(8, zhou, "", shared_gone=True, scope_label="仅自己可见"),
        _post(9, zhou, "元旦跳哪一支？", shown_poll=_poll(timezone.now() + timedelta(days=3))),
        _post(10, lin, "已经选好的。", shown_poll=_poll(timezone.now(), over=True)),
    ]


def _albums(author: User) -> list[SimpleNamespace]:
    """One with a cover and a long name, one that is empty yet."""
    known = {"author": author, "created_at": timezone.now(), "scope": Scope(PUBLIC), "url": "#posts"}
    cover = SimpleNamespace(file=_picture())
    cover.file.url_320 = static("svg/sample.svg")
    return [
        SimpleNamespace(
            public_id="album1", title="银杏里这十年：从修路到装电梯", cover=cover, photo_count=48, **known
        ),
        SimpleNamespace(public_id="album2", title="包饺子", cover=None, photo_count=0, **known),
    ]


def _diary(author: User) -> SimpleNamespace:
    return SimpleNamespace(
        public_id="diary1",
        author=author,
        title="回了一趟老家",
        body="<p>早上六点的车，到的时候院子里的柿子还挂着霜。</p>",
        published_at=timezone.now(),
        url="#posts",
    )


def _comment(key: int, author: User, text: str, **facts: Any) -> SimpleNamespace:
    known = {
        "public_id": f"said{key}",
        "author": author,
        "text_html": format_html("<p>{}</p>", text),
        "created_at": timezone.now() - timedelta(minutes=40 - key),
        "hidden": False,
        "waiting": False,
        "can_reply": True,
        "can_delete": False,
        "children": [],
    }
    return SimpleNamespace(**{**known, **facts})


def _comments(lin: User, zhou: User, long: User) -> list[SimpleNamespace]:
    answers = [
        _comment(2, zhou, "我也拍了，晚上发。", can_reply=False),
        _comment(3, lin, "好。", can_delete=True),
    ]
    return [
        _comment(1, lin, "今年黄得早。", children=answers),
        _comment(4, zhou, "", hidden=True, children=[_comment(5, long, "上面那句删掉了，这句还在。")]),
        _comment(6, lin, "这一句还在等编辑看。", waiting=True, can_reply=False, can_delete=True),
    ]


def _page(page: Any, address: str) -> Any:
    """A page that stands in no tree has no address; here it gets one."""
    page.get_url = lambda *args, **kwargs: address
    return page


def _articles() -> list[ArticlePage]:
    now, channel = timezone.now(), Channel(name="邻里故事", slug="stories")
    rows = [
        ("院里的银杏黄了", "今年比往年早了一周，扫叶子的时间改到早上六点。", 12),
        (
            "三号楼加装电梯通过公示，十二月一日进场施工，工期四个月，施工期间东侧单元门临时调整",
            "请东侧住户走西门。",
            0,
        ),
    ]
    return [
        _page(
            ArticlePage(title=title, summary=text, channel=channel, published_on=now, comment_count=count),
            "/news/",
        )
        for title, text, count in rows
    ]


def _notices() -> list[NoticePage]:
    now = timezone.now()
    rows = [
        ("urgent", "今晚十点起停水四小时", now - timedelta(hours=3), now + timedelta(days=1)),
        ("important", "2027 年度城乡居民医保开始缴费", now - timedelta(days=2), now + timedelta(days=60)),
        ("normal", "楼门长推荐名单公示", now - timedelta(days=30), now - timedelta(days=1)),
    ]
    return [
        _page(NoticePage(title=title, level=level, published_on=start, valid_until=end), "/notices/")
        for level, title, start, end in rows
    ]


def _urgent() -> SimpleNamespace:
    """One with news, one as it was published, both open; one that its reader folded to a line."""
    now = timezone.now()
    rows = [
        ("今晚十点起停水四小时", "抢修比预计的慢，恢复供水推迟到凌晨三点。", False),
        ("台风“山竹”今晚到明早经过本市，请收好阳台的花盆，地下车库的车请尽早移到高处", "", False),
        ("七号楼燃气管道抢修，十四点到十八点停气，家里有老人的请邻居帮忙说一声", "", True),
    ]
    lines = [
        SimpleNamespace(
            public_id=f"invented-{number}",
            version="1",
            url="/notices/",
            title=title,
            summary="请提前储水，恢复后先放水几分钟。",
            latest=latest,
            changed=now,
            folded=folded,
        )
        for number, (title, latest, folded) in enumerate(rows)
    ]
    return SimpleNamespace(lines=lines, more=2)


def _updates() -> list[SimpleNamespace]:
    """What was added to an urgent notice, up to its end."""
    now = timezone.now()
    return [
        SimpleNamespace(at=now, text="恢复供水，请先放水几分钟。", ends=True),
        SimpleNamespace(at=now - timedelta(hours=2), text="抢修比预计的慢，推迟到凌晨三点。", ends=False),
    ]


def _own() -> list[SimpleNamespace]:
    """One that has to be read, one for a place."""
    rows = [("important", "消防通道清理，请挪走楼道里的杂物", True), ("normal", "三号楼选楼门长", False)]
    return [
        SimpleNamespace(
            line=SimpleNamespace(
                url="/notices/", title=title, level=level, level_words="一般", published_on=timezone.now()
            ),
            unread=unread,
            audience="3 号楼",
        )
        for level, title, unread in rows
    ]


def _happened() -> list[Happened]:
    """Two steps of a life: one with a reason, one of the system itself."""
    now = timezone.now()
    facts: dict[str, Any] = {"action": "", "role": "", "data": {}, "digest": "0123456789abcdef"}
    return [
        Happened(
            seq=1, at=now, words="机构退回修改", who="阿依古丽·买买提江·吐尔逊", why="期限太短", **facts
        ),
        Happened(seq=2, at=now, words="协议生效", who="", why="", **facts),
    ]


def _institution(organisation: Organisation) -> SimpleNamespace:
    """What a card reads of an institution."""
    groups = [SimpleNamespace(get_group_display=word) for word in ("老年人", "留守儿童")]
    services = [SimpleNamespace(name=word) for word in ("助餐陪伴", "放学后作业辅导")]
    return SimpleNamespace(
        organisation=organisation,
        name=organisation.name,
        logo=None,
        introduction="平日里陪独居老人吃饭、看病、说话，放学后陪孩子写作业、打球、读书。",
        hours="周一至周六 9:00–18:00",
        audiences=SimpleNamespace(all=groups),
        services=SimpleNamespace(all=services),
        get_absolute_url="#institutions",
    )


def _hits(lin: User) -> list[tuple[SimpleNamespace, str, User | None]]:
    """What the search shows: a title with the words in it, a status that has none, a piece of a person."""
    now = timezone.now()
    rows: list[tuple[str, str, str, str, str, User | None]] = [
        (
            "社区互助帮扶服务",
            "八十岁以上老人由志愿者送餐到家，互助小组每周二碰头。",
            "",
            "新闻",
            "brick",
            None,
        ),
        ("", "互助小组今天三个人，把楼道里的旧报纸都清了。", "", "说说", "enamel", lin),
        ("林秋雨", "喜欢互助、摄影", "爱好", "邻居", "plum", lin),
    ]
    return [
        (
            SimpleNamespace(
                title=title,
                title_html=marked(title, ["互助"]),
                excerpt=text,
                excerpt_html=marked(text, ["互助"]),
                label=label,
                kind_name=kind,
                address="#search",
                date=None if person and title else now - timedelta(hours=3),
            ),
            look,
            person,
        )
        for title, text, label, kind, look, person in rows
    ]


@open_to_all("shows components with invented content")
@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component of `templates/components` in every state."""
    lin, zhou, long = _person(1, "林秋雨"), _person(3, "周叶"), _person(12, LONG_NAME)
    sunshine = Organisation(pk=1, public_id="invented", name="阳光帮扶中心", place=Place(name="银杏里社区"))
    wrong = SixItemsForm({"real_name": "林1", "gender": "female", "number": "123"}, auto_id="wrong_%s")
    context = {
        "visitor": AnonymousUser(),
        "lin": lin,
        "people": [_person(key, name) for key, name in enumerate("林周陈马杨唐欧阿", start=8)],
        "long": long,
        "newcomer": _person(5, "新来的", verified=False),
        "chips": CHIPS,
        "told": [
            Message(constants.SUCCESS, "已发布。"),
            Message(constants.INFO, "申请刚刚已经有了结果，请看下面。"),
            Message(constants.ERROR, "这条说说已经删除了。"),
        ],
        "albums": _albums(lin),
        "diary_entry": _diary(zhou),
        "articles": _articles(),
        "notices": _notices(),
        "urgent_band": _urgent(),
        "updates": _updates(),
        "own_notices": _own(),
        "posts": _posts(lin, zhou, long),
        "said": Paginator(_comments(lin, zhou, long), 30).page(1),
        "comment_form": CommentForm(auto_id="comment_%s"),
        "post_form": PostForm(auto_id="post_%s"),
        "share_form": ShareForm(auto_id="share_%s"),
        "items_form": SixItemsForm(auto_id="items_%s"),
        "wrong_form": wrong,
        "number_of_pages": Paginator(range(400), 20).page(7),
        "stranger": {"username": "invented", "is_followed": False, "is_contact": False},
        "followed": {"username": "invented", "is_followed": True, "is_contact": False},
        "contact": {"username": "invented", "is_followed": True, "is_contact": True},
        "looks": LOOKS,
        "arts": [f"components/art/{name}.html" for name in ARTS],
        "muted": _muted(),
        "office": SimpleNamespace(
            hotline="0571-5550-0112", office_hours="周一至周六 8:30–20:00，夜间值班转 1 号键"
        ),
        "elder": Display(ELDER),
        "tie": FamilyProxy(public_id="invented", principal=long, proxy=lin),
        "tiles": [
            {"icon": icon, "colour": colour, "title": title, "text": "一句说明"}
            for (icon, _name), (colour, _word), title in zip(ICONS, COLOURS, TITLES, strict=False)
        ],
        "hats": {"all": [sunshine], "worn": sunshine},
        "institution": _institution(sunshine),
        "happened": _happened(),
        "hits": _hits(lin),
        "typed": ["写了很久的一段话，不会丢。"],
        "invented": invented_day(),
    }
    return render(request, "home/style_guide.html", context)
