from feedback.models.answer import Answer
from feedback.models.category import Category
from feedback.models.idea import Idea, IdeaPicture
from feedback.models.vote import Vote

__all__ = ["Answer", "Category", "Idea", "IdeaPicture", "Vote"]
