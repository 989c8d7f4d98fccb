from django.urls import path

from foundation.moderation.views import staff

app_name = "reviews"
urlpatterns = [
    path("", staff.reviews, name="list"),
    path("<slug:public_id>/", staff.item, name="item"),
    path("<slug:public_id>/decide/", staff.decide, name="decide"),
]
