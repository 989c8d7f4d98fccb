from django.urls import path

from foundation.signing.views import resident

app_name = "signing"
urlpatterns = [
    path("", resident.keys, name="keys"),
    path("<slug:public_id>/letters/<slug:file>/", resident.letter, name="letter"),
]
