from foundation.core.facets import Erasing

NOT_KINDS = {"HomePage": "a frame: its blocks list objects of kinds, each by its own visibility"}
ERASE = [
    Erasing(
        links=["home.HomePage.locked_by", "home.HomePage.owner"],
        why="the office's page; who edited it stays nameless",
    )
]
