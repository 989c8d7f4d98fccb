from django.urls import path

from feedback import feeds
from feedback.views import public, resident

app_name = "feedback"
urlpatterns = [
    path("", public.ideas, name="ideas"),
    path("new/", resident.write, name="new"),
    path("similar/", public.similar_ones, name="similar"),
    path("roadmap/", public.road_map, name="roadmap"),
    path("roadmap/rss/", feeds.road_map, name="roadmap_rss"),
    path("<slug:public_id>/", public.idea, name="idea"),
    path("<slug:public_id>/vote/", resident.vote, name="vote"),
    path("<slug:public_id>/edit/", resident.edit, name="edit"),
    path("<slug:public_id>/withdraw/", resident.withdraw, name="withdraw"),
]
