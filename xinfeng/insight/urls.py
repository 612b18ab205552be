from django.urls import path

from . import views

app_name = "insight"

urlpatterns = [
    path("", views.board, name="board"),
    path("boards/<int:code>/", views.division, name="division"),
    path("screen/", views.screen, name="screen"),
    path("assessment/", views.assessment_hub, name="assessment"),
    path("figures/", views.figures_list, name="figures"),
    path("figures/<slug:name>/", views.figure, name="figure"),
    path("figures/<slug:name>/rows.csv", views.rows_csv, name="rows_csv"),
    path("map/places.geojson", views.places_geojson, name="places_geojson"),
    path("map/outlines.geojson", views.outlines_geojson, name="outlines_geojson"),
]
