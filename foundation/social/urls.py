from django.urls import path

from foundation.social.views import resident

app_name = "social"
urlpatterns = [
    path("posts/<slug:public_id>/like/", resident.react, name="react"),
    path("posts/<slug:public_id>/share/", resident.share, name="share"),
    path("posts/<slug:public_id>/delete/", resident.delete_post, name="delete_post"),
    path("posts/<slug:public_id>/vote/", resident.vote, name="vote"),
    path("comments/<slug:public_id>/delete/", resident.delete_comment, name="delete_comment"),
    path("comments/<slug:kind>/<slug:public_id>/", resident.comment, name="comment"),
    path("follow/<slug:username>/", resident.follow, name="follow"),
    path("unfollow/<slug:username>/", resident.unfollow, name="unfollow"),
    path("draft/", resident.draft, name="draft"),
]
