"""What the tests of the pages look at."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def community(
    person: Callable, article: Callable, portal: Any, picture: Callable, drain: Callable
) -> dict[str, str]:
    """Some of everything: an article, a notice, people, a status with pictures and talk; their addresses."""
    from foundation.core.access.scopes import PUBLIC, Scope
    from foundation.social.domain import comments, follows, posts, reactions
    from news.models import NoticePage

    lin, zhou = person("lin", display="林秋雨"), person("zhou", display="阿依古丽·买买提江·吐尔逊")
    person("new", display="新邻居", verified=False)
    person("staff", display="小宋", roles=("staff", "editor"))
    page = article("三号楼加装电梯通过公示，十二月一日进场施工，工期四个月")
    notice = NoticePage(
        title="六七八号楼停水", slug="water", summary="今晚十点起停水四小时。", level="urgent"
    )
    portal.notices.add_child(instance=notice)
    notice.save_revision().publish()
    text = "早上六点的银杏道 #秋天# https://example.org/a-very-long-address-that-has-no-place-to-break"
    shots = [picture(f"{name}.jpg") for name in "abc"]
    post = posts.post_status(by=lin, text=text, scope=Scope(PUBLIC), pictures=shots, descriptions=["树"])
    follows.follow(lin, by=zhou)
    follows.follow(zhou, by=lin)
    reactions.react(post, by=zhou, liked=True)
    said = comments.comment(by=zhou, target=post, text="我也拍了")
    comments.comment(by=lin, target=post, text="晒出来看看", reply_to=said)
    comments.comment(by=zhou, target=page, text="东侧门怎么走？")
    posts.post_status(by=zhou, text="裁缝铺明天歇一天", scope=Scope("residents"))
    drain()
    return {
        "article": page.get_absolute_url(),
        "notice": notice.get_absolute_url(),
        "space": lin.space_url,
        "status": post.url,
        "share": f"{post.url}#share",
        "topic": "/topics/秋天/",
        "guide": "/_ui/",
    }
