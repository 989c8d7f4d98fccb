from django.urls import path

from organisations.views import institution

app_name = "desk"
urlpatterns = [
    path("", institution.desk, name="desk"),
    path("page/", institution.page, name="page"),
    path("page/services/", institution.add_service, name="add_service"),
    path("page/services/<slug:public_id>/remove/", institution.remove_service, name="remove_service"),
    path("members/", institution.members, name="members"),
    path("members/asked/<slug:public_id>/take-back/", institution.take_back, name="take_back"),
    path("members/<slug:username>/end/", institution.end_membership, name="end_membership"),
    path("members/<slug:username>/head/", institution.hand_over, name="hand_over"),
    path("members/<slug:username>/check/", institution.declare_check, name="declare_check"),
    path("papers/", institution.papers, name="papers"),
    path("papers/<slug:public_id>/remove/", institution.remove_paper, name="remove_paper"),
    path("history/", institution.history, name="history"),
]
