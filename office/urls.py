from django.urls import path

from office.views import family, guide, leavers, log, roles, settings

app_name = "office"
urlpatterns = [
    path("roles/", roles.holders, name="roles"),
    path("roles/<slug:username>/", roles.roles_of, name="roles_of"),
    path("roles/<slug:username>/give/", roles.give, name="give_role"),
    path("roles/<slug:username>/leave/", leavers.leave, name="leave_staff"),
    path("roles/<slug:username>/take/", roles.take, name="take_role"),
    path("family/", family.relations, name="family"),
    path("family/record/", family.record, name="record_family"),
    path("family/<slug:public_id>/end/", family.end, name="end_family"),
    path("audit/", log.entry_list, name="log"),
    path("audit/export/", log.export, name="export_log"),
    path("audit/alarms/", log.alarm_list, name="alarms"),
    path("audit/alarms/<slug:public_id>/", log.look_into, name="look_into"),
    path("audit/<int:seq>/", log.entry, name="entry"),
    path("community/", settings.community, name="settings"),
    path("community/places/", settings.place_tree, name="places"),
    path("community/places/add/", settings.add_place, name="add_place"),
    path("community/places/<slug:slug>/rename/", settings.rename_place, name="rename_place"),
    path("community/places/<slug:slug>/remove/", settings.remove_place, name="remove_place"),
    path("community/channels/test/", settings.send_test, name="send_test"),
    path("community/<slug:group>/", settings.option_group, name="options"),
    path("rights/", roles.rights, name="rights"),
    path("guide/", guide.contents, name="guide"),
    path("guide/<slug:slug>/", guide.chapter, name="chapter"),
]
