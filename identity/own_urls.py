from django.urls import path

from identity.views import own_data

app_name = "own"
urlpatterns = [
    path("data/", own_data.data, name="data"),
    path("data/<slug:public_id>/cancel/", own_data.cancel, name="cancel"),
    path("data/<slug:public_id>/linli.zip", own_data.download, name="download"),
    path("leave/", own_data.leave, name="leave"),
    path("leave/stay/", own_data.stay, name="stay"),
]
