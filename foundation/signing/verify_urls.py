from django.urls import path

from foundation.signing.views import public

app_name = "verify"
urlpatterns = [
    path("", public.verify, name="page"),
    path("<str:number>/<slug:code>/", public.document, name="document"),
]
