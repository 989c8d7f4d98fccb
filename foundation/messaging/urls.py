from django.urls import path

from foundation.messaging.views import resident

app_name = "messaging"
urlpatterns = [
    path("", resident.notifications, name="notifications"),
    path("badge/", resident.badge, name="badge"),
    path("read/", resident.read_all, name="read_all"),
    path("settings/", resident.preferences, name="settings"),
    path("settings/unmute/<int:mute_id>/", resident.unmute, name="unmute"),
    path("subscriptions/", resident.subscribe, name="subscribe"),
    path("subscriptions/<slug:public_id>/remove/", resident.remove_subscription, name="remove_subscription"),
    path("<slug:public_id>/", resident.open_notification, name="open"),
    path("<slug:public_id>/mute/<slug:what>/", resident.mute, name="mute"),
]
