"""The circle's own tabs."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.domain.tabs import Tab, register
from groups.models import Circle, CircleMember, CircleRole


def _at(view: str) -> Callable[[Circle], str]:
    return lambda circle: reverse(f"circles:{view}", args=[circle.slug])


def _managing(circle: Circle, standing: CircleMember | None) -> bool:
    return circle.is_live and standing is not None and standing.manages


def _owning(circle: Circle, standing: CircleMember | None) -> bool:
    return circle.is_live and standing is not None and standing.role == CircleRole.OWNER


def _waiting(circle: Circle) -> int | None:
    return circle.members.filter(role=CircleRole.ASKED).count() or None


OWN: list[tuple[str, str | Promise, int]] = [
    ("circle", _("动态"), 10),
    ("files", _("文件"), 40),
    ("members", _("成员"), 50),
]
for key, words, order in OWN:
    register(Tab(key=key, words=words, url=_at(key), order=order))
register(Tab(key="about", words=_("关于"), url=_at("about"), order=60, shown=lambda circle, standing: True))
register(Tab(key="waiting", words=_("待审"), url=_at("waiting"), order=70, shown=_managing, count=_waiting))
register(Tab(key="edit", words=_("设置"), url=_at("edit"), order=80, shown=_owning))
