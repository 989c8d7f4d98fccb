from django.urls import path

from groups.views import keepers, public, resident, talk

app_name = "circles"
urlpatterns = [
    path("", public.circles, name="circles"),
    path("new/", resident.found, name="new"),
    path("invitations/<slug:public_id>/", resident.invitation, name="invitation"),
    path("invitations/<slug:public_id>/decline/", resident.decline, name="decline"),
    path("invitations/<slug:public_id>/withdraw/", keepers.withdraw_invitation, name="withdraw_invitation"),
    path("invitations/<slug:public_id>/poster/", keepers.poster, name="poster"),
    path("<slug:slug>/", public.circle, name="circle"),
    path("<slug:slug>/about/", public.about, name="about"),
    path("<slug:slug>/join/", resident.join, name="join"),
    path("<slug:slug>/leave/", resident.leave, name="leave"),
    path("<slug:slug>/hear/", resident.hear, name="hear"),
    path("<slug:slug>/members/", resident.members, name="members"),
    path("<slug:slug>/members/<slug:username>/<slug:word>/", keepers.keep, name="keep"),
    path("<slug:slug>/files/", talk.files, name="files"),
    path("<slug:slug>/files/<slug:public_id>/remove/", talk.remove_file, name="remove_file"),
    path("<slug:slug>/waiting/", keepers.waiting, name="waiting"),
    path("<slug:slug>/waiting/<slug:username>/", keepers.decide, name="decide"),
    path("<slug:slug>/invite/", keepers.invite, name="invite"),
    path("<slug:slug>/link/", keepers.make_link, name="make_link"),
    path("<slug:slug>/edit/", keepers.edit, name="edit"),
    path("<slug:slug>/resubmit/", keepers.resubmit, name="resubmit"),
    path("<slug:slug>/withdraw/", keepers.withdraw, name="withdraw"),
    path("<slug:slug>/archive/", keepers.archive, name="archive"),
    path("<slug:slug>/post/", talk.write, name="write"),
    path("<slug:slug>/<slug:public_id>/", talk.post, name="post"),
    path("<slug:slug>/<slug:public_id>/edit/", talk.edit_post, name="edit_post"),
    path("<slug:slug>/<slug:public_id>/history/", talk.history, name="history"),
    path("<slug:slug>/<slug:public_id>/pin/", talk.pin, name="pin"),
]
