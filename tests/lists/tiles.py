"""What stands on the tiles of a space, and what somebody saved, as lists that grow."""

from typing import Any

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import albums, bookmarks, polls, posts
from spaces.domain import diary
from tests.lists.circles import circle_of


def on_tiles(scene: Any, number: int) -> None:
    """One more circle, album, poll and diary entry of the owner."""
    circle_of(scene, scene.owner, f"own-{number}")
    albums.make_album(by=scene.owner, title=f"相册{number}", scope=Scope(PUBLIC))
    asked = polls.new_poll(["去", "不去"])
    posts.post_status(by=scene.owner, text=f"去不去{number}", scope=Scope(PUBLIC), poll=asked)
    diary.write_entry(
        by=scene.owner, title=f"日志{number}", body="<p>正文</p>", scope=Scope(PUBLIC), publish=True
    )


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
