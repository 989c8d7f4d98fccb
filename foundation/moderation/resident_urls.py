from django.urls import path

from foundation.moderation.views import resident

app_name = "moderation"
urlpatterns = [
    path("report/<slug:kind>/<slug:public_id>/", resident.report, name="report"),
    path("account/reports/", resident.reported, name="reports"),
    path("account/standing/", resident.standing, name="standing"),
    path("account/standing/<slug:public_id>/", resident.appeal, name="appeal"),
]
