from django.urls import path

from foundation.accounts.views import display, family, resident

app_name = "accounts"
urlpatterns = [
    path("devices/", resident.device_list, name="devices"),
    path("devices/end/", resident.sign_out_others, name="sign_out_others"),
    path("devices/<slug:public_id>/end/", resident.sign_out, name="sign_out"),
    path("devices/tokens/<slug:public_id>/end/", resident.end_token, name="end_token"),
    path("display/", display.settings, name="display"),
    path("family/", family.family_list, name="family"),
    path("family/ask/", family.ask, name="ask_family"),
    path("family/stop/", family.stop, name="stop_acting"),
    path("family/<slug:public_id>/", family.act, name="act_for"),
    path("family/<slug:public_id>/agree/", family.agree, name="agree_family"),
    path("family/<slug:public_id>/end/", family.end, name="end_family"),
    path("hat/", display.put_on_hat, name="hat"),
    path("still-here/", resident.still_here, name="still_here"),
    path("confirm/", resident.confirm_by_code, name="confirm_by_code"),
    path("confirm/send/", resident.send_code, name="send_code"),
]
