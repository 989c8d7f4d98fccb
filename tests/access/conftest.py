from tests.access.town import town

__all__ = ["town"]
