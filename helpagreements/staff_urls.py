from django.urls import path

from helpagreements.views import staff

app_name = "agreements"
urlpatterns = [
    path("agreements/", staff.agreement_list, name="list"),
    path("agreements/new/", staff.new, name="new"),
    path("agreements/clauses/", staff.templates, name="templates"),
    path("agreements/clauses/new/", staff.template, name="new_template"),
    path("agreements/clauses/<int:pk>/", staff.template, name="template"),
    path("agreements/clauses/<int:pk>/remove/", staff.remove_template, name="remove_template"),
    path("agreements/<slug:public_id>/edit/", staff.edit, name="edit"),
    path("agreements/<slug:public_id>/discard/", staff.discard, name="discard"),
    path("agreements/<slug:public_id>/renew/", staff.renew, name="renew"),
]
