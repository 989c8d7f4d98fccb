from django import template

from spaces.domain.queries import diary
from spaces.models import DiaryEntry

register = template.Library()


@register.filter
def excerpt(entry: DiaryEntry) -> str:
    """Return the beginning of a diary entry in plain words."""
    return diary.excerpt(entry)
