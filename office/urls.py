from django.urls import path

from office.views import roles

app_name = "office"
urlpatterns = [
    path("roles/", roles.holders, name="roles"),
    path("roles/<slug:username>/", roles.roles_of, name="roles_of"),
    path("roles/<slug:username>/give/", roles.give, name="give_role"),
    path("roles/<slug:username>/take/", roles.take, name="take_role"),
    path("rights/", roles.rights, name="rights"),
]
