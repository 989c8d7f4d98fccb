from django.urls import path

from foundation.moderation.views import cases, office, staff, words

app_name = "reviews"
urlpatterns = [
    path("", staff.reviews, name="list"),
    path("decide/", staff.decide_many, name="decide_many"),
    path("settings/", office.settings, name="settings"),
    path("reasons/", office.reasons, name="all_reasons"),
    path("reasons/<slug:kind>/", office.reasons, name="reasons"),
    path("words/", words.words, name="words"),
    path("sanctions/", cases.running, name="sanctions"),
    path("sanctions/<slug:public_id>/lift/", cases.lift, name="lift"),
    path("<slug:public_id>/", staff.item, name="item"),
    path("<slug:public_id>/decide/", staff.decide, name="decide"),
    path("<slug:public_id>/hand/", staff.hand, name="hand"),
    path("<slug:public_id>/answer/", cases.answer, name="answer"),
    path("<slug:public_id>/evidence/<slug:file>/<int:size>.webp", cases.evidence, name="evidence"),
]
