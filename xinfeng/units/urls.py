from django.urls import path, re_path

from .views import points, units

app_name = "units"

urlpatterns = [
    path("", units.units, name="units"),
    re_path(r"^export/(?P<kind>units|members)\.xlsx$", units.export, name="export"),
    path("new/", units.add, name="add"),
    path("import/", units.import_table, name="import"),
    path("import/<int:sheet_id>/", units.preview, name="preview"),
    path("members/<int:member_id>/end/", units.relieve_member, name="relieve_member"),
    # Points
    path("points/", points.points, name="points"),
    path("points/export.xlsx", points.export, name="points_export"),
    path("points/points.geojson", points.features, name="points_geojson"),
    path("points/codes.pdf", points.codes, name="points_codes"),
    path("points/new/", points.add, name="add_point"),
    path("points/<slug:point_code>/", points.point, name="point"),
    path("points/<slug:point_code>/description/", points.edit, name="edit_point"),
    path("points/<slug:point_code>/charge/", points.charge, name="charge"),
    path("points/<slug:point_code>/charge/end/", points.relieve, name="relieve"),
    re_path(
        r"^points/(?P<point_code>[-\w]+)/(?P<verb>use|suspension|closure)/$",
        points.set_state,
        name="set_point_state",
    ),
    # One unit
    path("<slug:code>/", units.unit, name="unit"),
    path("<slug:code>/description/", units.edit, name="edit"),
    path("<slug:code>/end/", units.end, name="end"),
    path("<slug:code>/members/", units.name_member, name="name_member"),
]
