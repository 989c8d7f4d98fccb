from django.urls import path

from spaces.views import public, resident

app_name = "spaces"
urlpatterns = [
    path("feed/", resident.feed, name="feed"),
    path("feed/post/", resident.post_status, name="post_status"),
    path("account/profile/", resident.edit_profile, name="edit_profile"),
    # A topic is what people write, strokes included: `#12/5 号楼聚会#`.
    path("topics/<path:name>/", public.topic, name="topic"),
    path("u/<slug:username>/", public.space, name="space"),
    path("u/<slug:username>/<slug:public_id>/", public.status, name="status"),
    path("u/<slug:username>/<slug:public_id>/edit/", resident.edit_status, name="edit_status"),
    path("u/<slug:username>/<slug:public_id>/history/", public.history, name="history"),
]
