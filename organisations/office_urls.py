from django.urls import path

from organisations.views import staff

app_name = "institutions"
urlpatterns = [
    path("", staff.institutions, name="list"),
    path("<slug:slug>/", staff.institution, name="detail"),
    path("<slug:slug>/suspend/", staff.suspend, name="suspend"),
    path("<slug:slug>/reinstate/", staff.reinstate, name="reinstate"),
    path("<slug:slug>/close/", staff.close, name="close"),
]
