from django.urls import path

from foundation.moderation.views import office, staff

app_name = "reviews"
urlpatterns = [
    path("", staff.reviews, name="list"),
    path("decide/", staff.decide_many, name="decide_many"),
    path("settings/", office.settings, name="settings"),
    path("reasons/", office.reasons, name="all_reasons"),
    path("reasons/<slug:kind>/", office.reasons, name="reasons"),
    path("<slug:public_id>/", staff.item, name="item"),
    path("<slug:public_id>/decide/", staff.decide, name="decide"),
    path("<slug:public_id>/hand/", staff.hand, name="hand"),
]
