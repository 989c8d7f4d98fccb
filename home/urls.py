from django.urls import path, re_path

from home.views import calendar, day
from home.views.search import search

app_name = "home"
urlpatterns = [
    path("today/", day.today, name="today"),
    re_path(r"^today/(?P<day>\d{4}-\d{2}-\d{2})/$", day.today, name="day"),
    path("calendar/", calendar.month, name="calendar"),
    re_path(r"^calendar/(?P<month>\d{4}-\d{2})/$", calendar.month, name="month"),
    path("search/", search, name="search"),
]
