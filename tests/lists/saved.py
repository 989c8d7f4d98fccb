"""What somebody saved, as a list that grows."""

from typing import Any

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import albums, bookmarks, posts
from spaces.domain import diary


def saved(scene: Any, number: int) -> None:
    """The owner saves one more of every kind that can be saved."""
    by, everybody = scene.somebody(number), Scope(PUBLIC)
    for one in (
        posts.post_status(by=by, text=f"说说{number} 银杏", scope=everybody),
        albums.make_album(by=by, title=f"相册{number} 银杏", scope=everybody),
        diary.write_entry(by=by, title=f"日志{number} 银杏", body="<p>好</p>", scope=everybody, publish=True),
        scene.article(f"新闻{number} 银杏"),
    ):
        bookmarks.save(one, by=scene.owner)
