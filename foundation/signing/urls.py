from django.urls import path

from foundation.signing.views import public, resident

app_name = "signing"
urlpatterns = [
    path("account/keys/", resident.keys, name="keys"),
    path("account/keys/ask/<slug:organisation>/", resident.ask, name="ask"),
    path("account/keys/<slug:public_id>/revoke/", resident.revoke, name="revoke"),
    path("account/keys/<slug:public_id>/letters/<slug:file>/", resident.letter, name="letter"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:number>/<slug:code>/", public.document, name="verify_document"),
]
