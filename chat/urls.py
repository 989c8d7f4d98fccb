from django.urls import path

from chat.views import acts, groups, resident

app_name = "chat"
urlpatterns = [
    path("", resident.conversations, name="conversations"),
    path("new/", resident.new_message, name="new"),
    path("groups/new/", groups.new_group, name="new_group"),
    path("settings/", resident.wishes, name="wishes"),
    path("said/<slug:public_id>/unsend/", acts.unsend, name="unsend"),
    path("said/<slug:public_id>/delete/", acts.delete_for_me, name="delete"),
    path("<slug:public_id>/", resident.conversation, name="conversation"),
    path("<slug:public_id>/newer/", resident.newer, name="newer"),
    path("<slug:public_id>/mentionable/", groups.mentionable, name="mentionable"),
    path("<slug:public_id>/read/", acts.read, name="read"),
    path("<slug:public_id>/draft/", acts.draft, name="draft"),
    path("<slug:public_id>/answer/", acts.answer, name="answer"),
    path("<slug:public_id>/mute/", acts.mute, name="mute"),
    path("<slug:public_id>/archive/", acts.archive, name="archive"),
    path("<slug:public_id>/leave/", groups.leave, name="leave"),
    path("<slug:public_id>/people/", groups.people, name="people"),
    path("<slug:public_id>/people/remove/", groups.remove, name="remove"),
    path("<slug:public_id>/rename/", groups.rename, name="rename"),
    path("<slug:public_id>/hand-over/", groups.hand_over, name="hand_over"),
]
