from django.urls import path

from foundation.signing.views import resident

app_name = "signing"
urlpatterns = [
    path("", resident.keys, name="keys"),
    path("ask/<slug:organisation>/", resident.ask, name="ask"),
    path("task/", resident.task_file, name="task_file"),
    path("<slug:public_id>/revoke/", resident.revoke, name="revoke"),
    path("<slug:public_id>/letters/<slug:file>/", resident.letter, name="letter"),
]
