from django.urls import path

from office.views import log, roles

app_name = "office"
urlpatterns = [
    path("roles/", roles.holders, name="roles"),
    path("roles/<slug:username>/", roles.roles_of, name="roles_of"),
    path("roles/<slug:username>/give/", roles.give, name="give_role"),
    path("roles/<slug:username>/take/", roles.take, name="take_role"),
    path("audit/", log.entry_list, name="log"),
    path("audit/export/", log.export, name="export_log"),
    path("audit/alarms/", log.alarm_list, name="alarms"),
    path("audit/alarms/<slug:public_id>/", log.look_into, name="look_into"),
    path("audit/<int:seq>/", log.entry, name="entry"),
    path("rights/", roles.rights, name="rights"),
]
