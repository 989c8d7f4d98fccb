from news.models.article import ArticlePage, ArticleTag, ArticleViews, NewsIndexPage
from news.models.channel import Channel
from news.models.notice import NoticeIndexPage, NoticePage
from news.models.receipt import NoticeReading, NoticeReminder
from news.models.update import NoticeUpdate

__all__ = [
    "ArticlePage",
    "ArticleTag",
    "ArticleViews",
    "Channel",
    "NewsIndexPage",
    "NoticeIndexPage",
    "NoticePage",
    "NoticeReading",
    "NoticeReminder",
    "NoticeUpdate",
]
