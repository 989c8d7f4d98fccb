from news.models.article import ArticlePage, ArticleTag, ArticleViews, NewsIndexPage
from news.models.channel import Channel
from news.models.notice import NoticeIndexPage, NoticePage

__all__ = [
    "ArticlePage",
    "ArticleTag",
    "ArticleViews",
    "Channel",
    "NewsIndexPage",
    "NoticeIndexPage",
    "NoticePage",
]
