"""What the search finds, as a list that grows."""

from typing import Any

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.search import indexing
from foundation.social.domain import posts
from tests.lists.scene import article, notice
from tests.lists.spaces import album_of, entry_of


def found(scene: Any, number: int) -> None:
    """Something of every kind that the search finds by the same word."""
    article(scene, number)
    notice(scene, number)
    by = scene.person(f"found-{number}", display=f"第{number}位邻居")
    posts.post_status(by=by, text=f"第{number}天", scope=Scope(PUBLIC))
    album_of(scene, by, number)
    entry_of(scene, by, number)
    indexing.mend()
