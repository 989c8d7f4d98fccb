import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from news.domain.finding import with_words
from news.models import ArticlePage, ArticleTag, Channel


class ArticleFilter(django_filters.FilterSet):
    """What the list of news can be narrowed by."""

    q = django_filters.CharFilter(
        label=_("关键词"), method="search", widget=forms.TextInput(attrs={"type": "search", "maxlength": 60})
    )
    channel = django_filters.ModelChoiceFilter(
        label=_("频道"),
        to_field_name="slug",
        queryset=lambda request: Channel.objects.columns(),
        empty_label=_("全部频道"),
    )
    tag = django_filters.ModelChoiceFilter(
        label=_("标签"),
        field_name="tags",
        to_field_name="slug",
        queryset=lambda request: Tag.objects.filter(
            pk__in=ArticleTag.objects.filter(content_object__in=ArticlePage.objects.visible_to(None)).values(
                "tag"
            )
        ),
        empty_label=_("全部标签"),
    )

    class Meta:
        model = ArticlePage
        fields: list[str] = []

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the articles in which the words stand, by the site's search index."""
        return with_words(queryset, value)
