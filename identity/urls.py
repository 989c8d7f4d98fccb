from django.urls import path

from identity.views import resident

app_name = "identity"
urlpatterns = [
    path("", resident.claim, name="claim"),
    path("abandon/", resident.abandon, name="abandon"),
]
