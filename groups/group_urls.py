from django.urls import path

from groups.views import groups

app_name = "groups"
urlpatterns = [
    path("", groups.groups, name="groups"),
    path("new/", groups.found, name="new"),
    path("<slug:slug>/", groups.group, name="group"),
    path("<slug:slug>/edit/", groups.edit, name="edit"),
    path("<slug:slug>/join/", groups.join, name="join"),
    path("<slug:slug>/leave/", groups.leave, name="leave"),
    path("<slug:slug>/portal/", groups.portal, name="portal"),
    path("<slug:slug>/close/", groups.close, name="close"),
    path("<slug:slug>/members/<slug:username>/<slug:word>/", groups.keep, name="keep"),
]
