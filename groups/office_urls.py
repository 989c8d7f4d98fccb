from django.urls import path

from groups.views import staff

app_name = "circles_office"
urlpatterns = [
    path("", staff.circles, name="circles"),
    path("groups/", staff.groups, name="groups"),
]
