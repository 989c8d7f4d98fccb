from tests.access.scene import scene
from tests.access.town import town

__all__ = ["scene", "town"]
