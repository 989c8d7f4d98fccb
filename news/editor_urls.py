from django.urls import path

from news.views import editor, reports

app_name = "editor"
urlpatterns = [
    path("writing/<int:page_id>/", editor.findings, name="findings"),
    path("reports/alt/", reports.without_words, name="without_words"),
    path("reports/notices/", reports.ending, name="ending"),
    path("reports/must-read/", reports.must_read, name="must_read"),
    path("reports/stale/", reports.stale, name="stale"),
]
