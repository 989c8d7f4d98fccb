"""What keeps the site running is done on ordinary pages: operators do not enter the admin."""

from django.urls import path

from office.views import running

app_name = "operations"
urlpatterns = [
    path("", running.running, name="running"),
    path("backups/", running.backups, name="backups"),
    path("retry/", running.retry, name="retry"),
]
