"""What editors arrange the front page from (P8); a block without content hides."""

from home.blocks.front import HomeBlock
from home.blocks.lists import newest_public

__all__ = ["HomeBlock", "newest_public"]
