from django.urls import path

from helpagreements.views import acts, papers, public, reading

app_name = "helpagreements"
urlpatterns = [
    path("", public.agreement_list, name="agreements"),
    path("<slug:public_id>/", public.agreement, name="agreement"),
    path("<slug:public_id>/pages/<int:number>/", reading.page, name="page"),
    path("<slug:public_id>/pages/<int:number>.webp", reading.page_picture, name="page_picture"),
    path("<slug:public_id>/versions/", reading.versions, name="versions"),
    path("<slug:public_id>/clauses/<slug:key>/", acts.comment, name="comment"),
    path("<slug:public_id>/notes/", acts.note, name="note"),
    path(
        "<slug:public_id>/notes/<slug:note_id>/<int:position>.webp", papers.note_picture, name="note_picture"
    ),
    path("<slug:public_id>/file.pdf", papers.signed_file, name="file"),
    path("<slug:public_id>/evidence.zip", papers.evidence, name="evidence"),
    path(
        "<slug:public_id>/statements/<slug:code>/<int:number>.webp",
        papers.statement_page,
        name="statement_page",
    ),
    path("<slug:public_id>/statements/<slug:code>.pdf", papers.statement_file, name="statement_file"),
    path("<slug:public_id>/dossier/", papers.dossier, name="dossier"),
    path("<slug:public_id>/do/<slug:event>/", acts.act, name="act"),
    path("<slug:public_id>/do/<slug:event>/begin/", acts.begin, name="begin"),
]
