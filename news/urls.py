from django.urls import path

from news.views import resident

app_name = "news"
urlpatterns = [path("notices/<slug:public_id>/read/", resident.confirm, name="confirm")]
