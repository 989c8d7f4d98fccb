from django.urls import path

from news.views import public, resident

app_name = "news"
urlpatterns = [
    path("notices/<slug:public_id>/read/", resident.confirm, name="confirm"),
    path("posters/<slug:kind>/<slug:public_id>/", public.poster, name="poster"),
]
