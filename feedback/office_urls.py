from django.urls import path

from feedback.views import staff

app_name = "feedback_office"
urlpatterns = [
    path("", staff.ideas, name="ideas"),
    path("categories/", staff.categories, name="categories"),
    path("categories/<slug:public_id>/", staff.category, name="category"),
    path("<slug:public_id>/", staff.idea, name="idea"),
    path("<slug:public_id>/answer/", staff.answer, name="answer"),
    path("<slug:public_id>/merge/", staff.merge, name="merge"),
]
