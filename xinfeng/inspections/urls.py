from django.urls import path

from .views import standards as views

app_name = "inspections"

_VERSION = "standards/<slug:name>/<str:version>/"

urlpatterns = [
    # What a keeper and an office see first
    path("worklist/", views.worklist, name="worklist"),
    path("worklist/<slug:place_code>/", views.place_worklist, name="place_worklist"),
    path("worklist/<slug:place_code>/entries/", views.file, name="file"),
    path("entries/<int:filing_id>/withdrawal/", views.withdraw, name="withdraw"),
    # Standards and their versions
    path("standards/", views.standards, name="standards"),
    path("standards/<slug:name>/newest/", views.newest, name="newest"),
    path("standards/<slug:name>/places/<slug:place_code>/", views.place, name="place"),
    path(_VERSION, views.standard, name="standard"),
    path(_VERSION + "difference/", views.difference, name="diff"),
    path(_VERSION + "copies/", views.copy, name="copy"),
    path(_VERSION + "text/", views.edit, name="edit"),
    path(_VERSION + "publication/", views.publish, name="publish"),
    path(_VERSION + "evaluations/", views.evaluate, name="evaluate"),
    path(
        _VERSION + "places/<slug:place_code>/<str:period>/", views.scorecard, name="scorecard"
    ),
    path(
        _VERSION + "places/<slug:place_code>/<str:period>/<str:code>/", views.line, name="line"
    ),
    path("evaluations/<int:pk>/", views.evaluation, name="evaluation"),
]
