from django.urls import path

from foundation.messaging.views import resident

app_name = "messaging"
urlpatterns = [
    path("", resident.notifications, name="notifications"),
    path("badge/", resident.badge, name="badge"),
    path("read/", resident.read_all, name="read_all"),
    path("<slug:public_id>/", resident.open_notification, name="open"),
]
