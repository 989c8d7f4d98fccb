from django.urls import path

from organisations.views import public, resident

app_name = "organisations"
urlpatterns = [
    path("", public.search, name="search"),
    path("apply/", resident.apply, name="apply"),
    path("apply/<slug:slug>/", resident.application, name="application"),
    path("apply/<slug:slug>/submit/", resident.submit, name="submit"),
    path("apply/<slug:slug>/withdraw/", resident.withdraw, name="withdraw"),
    path("papers/<slug:public_id>/", public.paper, name="paper"),
    path("invitations/<slug:public_id>/", resident.invitation, name="invitation"),
    path("invitations/<slug:public_id>/<slug:word>/", resident.answer, name="answer"),
    path("<slug:slug>/", public.institution, name="institution"),
]
