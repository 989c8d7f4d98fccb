from django.urls import path

from spaces.views import albums, public, resident

app_name = "spaces"
urlpatterns = [
    path("feed/", resident.feed, name="feed"),
    path("feed/post/", resident.post_status, name="post_status"),
    path("account/profile/", resident.edit_profile, name="edit_profile"),
    # A topic is what people write, strokes included: `#12/5 号楼聚会#`.
    path("topics/<path:name>/", public.topic, name="topic"),
    path("u/<slug:username>/", public.space, name="space"),
    path("albums/new/", albums.make_album, name="make_album"),
    path("u/<slug:username>/albums/", albums.album_list, name="albums"),
    path("u/<slug:username>/albums/<slug:public_id>/", albums.album, name="album"),
    path("u/<slug:username>/albums/<slug:public_id>/edit/", albums.edit_album, name="edit_album"),
    path("u/<slug:username>/albums/<slug:public_id>/add/", albums.add_photos, name="add_photos"),
    path("u/<slug:username>/albums/<slug:public_id>/delete/", albums.delete_album, name="delete_album"),
    path(
        "u/<slug:username>/albums/<slug:public_id>/<slug:photo_id>/", albums.change_photo, name="change_photo"
    ),
    path("u/<slug:username>/<slug:public_id>/", public.status, name="status"),
    path("u/<slug:username>/<slug:public_id>/edit/", resident.edit_status, name="edit_status"),
    path("u/<slug:username>/<slug:public_id>/history/", public.history, name="history"),
]
