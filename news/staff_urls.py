from django.urls import path

from news.views import staff

app_name = "notices"
urlpatterns = [
    path("notices/new/", staff.publish, name="publish"),
    path("notices/<slug:public_id>/", staff.notice, name="notice"),
    path("notices/<slug:public_id>/take-back/", staff.take_back, name="take_back"),
    path("notices/<slug:public_id>/update/", staff.update, name="update"),
    path("notices/<slug:public_id>/remind/", staff.remind, name="remind"),
    path("notices/<slug:public_id>/unread/", staff.names, name="names"),
]
