from django.urls import path

from foundation.signing.views import staff

app_name = "signing_office"
urlpatterns = [
    path("", staff.overview, name="overview"),
    path("seals/<slug:organisation>/", staff.seal, name="seal"),
    path("<slug:public_id>/revoke/", staff.revoke, name="revoke"),
]
