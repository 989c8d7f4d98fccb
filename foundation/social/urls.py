from django.urls import path

from foundation.social.views import mentions, relations, resident, saved

app_name = "social"
urlpatterns = [
    path("posts/<slug:public_id>/like/", resident.react, name="react"),
    path("posts/<slug:public_id>/share/", resident.share, name="share"),
    path("posts/<slug:public_id>/delete/", resident.delete_post, name="delete_post"),
    path("posts/<slug:public_id>/vote/", resident.vote, name="vote"),
    path("comments/<slug:public_id>/delete/", resident.delete_comment, name="delete_comment"),
    path("comments/<slug:kind>/<slug:public_id>/", resident.comment, name="comment"),
    path("save/<slug:kind>/<slug:public_id>/", saved.save, name="save"),
    path("follow/<slug:username>/", relations.follow, name="follow"),
    path("unfollow/<slug:username>/", relations.unfollow, name="unfollow"),
    path("mute/<slug:username>/", relations.mute, name="mute"),
    path("block/<slug:username>/", relations.block, name="block"),
    path("unblock/<slug:username>/", relations.unblock, name="unblock"),
    path("rules/", relations.rules, name="rules"),
    path("draft/", resident.draft, name="draft"),
    path("mentionable/", mentions.mentionable, name="mentionable"),
]
