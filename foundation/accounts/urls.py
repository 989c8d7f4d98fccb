from django.urls import path

from foundation.accounts.views import display, resident

app_name = "accounts"
urlpatterns = [
    path("devices/", resident.device_list, name="devices"),
    path("devices/end/", resident.sign_out_others, name="sign_out_others"),
    path("devices/<slug:public_id>/end/", resident.sign_out, name="sign_out"),
    path("devices/tokens/<slug:public_id>/end/", resident.end_token, name="end_token"),
    path("display/", display.settings, name="display"),
    path("still-here/", resident.still_here, name="still_here"),
    path("confirm/", resident.confirm_by_code, name="confirm_by_code"),
    path("confirm/send/", resident.send_code, name="send_code"),
]
