"""What stands on the tiles of a space, as lists that grow."""

from typing import Any

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import albums, polls, posts
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
