from django.urls import path

from daily.views import staff

app_name = "daily_office"
urlpatterns = [
    path("", staff.overview, name="overview"),
    path("fetch/", staff.fetch_weather, name="fetch_weather"),
    path("warn/", staff.warn, name="warn"),
    path("warnings/<slug:public_id>/lift/", staff.lift, name="lift"),
    path("<slug:key>/", staff.rows, name="rows"),
    path("<slug:key>/new/", staff.row, name="new_row"),
    path("<slug:key>/<int:pk>/", staff.row, name="row"),
    path("<slug:key>/<int:pk>/remove/", staff.remove, name="remove_row"),
]
