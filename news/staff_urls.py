from django.urls import path

from news.views import staff

app_name = "notices"
urlpatterns = [
    path("notices/new/", staff.publish, name="publish"),
    path("notices/<slug:public_id>/take-back/", staff.take_back, name="take_back"),
]
