from django.urls import path

from daily.views import public, resident

app_name = "daily"
urlpatterns = [
    path("plates/", public.plates, name="plates"),
    path("account/plates/", resident.own_plates, name="own_plates"),
    path("account/plates/<slug:public_id>/", resident.change_plate, name="change_plate"),
    path("account/plates/<slug:public_id>/remove/", resident.remove_plate, name="remove_plate"),
]
