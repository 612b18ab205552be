from django.urls import path, re_path

from . import views

app_name = "places"

urlpatterns = [
    path("", views.places_list, name="list"),
    path("export.xlsx", views.export, name="export"),
    path("divisions/options/", views.division_options, name="division_options"),
    path("options/", views.place_options, name="place_options"),
    path("new/", views.add, name="add"),
    path("import/", views.import_table, name="import"),
    path("import/<int:sheet_id>/", views.preview, name="preview"),
    path(
        "facilities/<int:facility_id>/removal/", views.remove_facility, name="remove_facility"
    ),
    # A place
    path("<slug:code>/", views.place, name="place"),
    path("<slug:code>/description/", views.edit, name="edit"),
    path("<slug:code>/facilities/", views.enter_facility, name="enter_facility"),
    path("<slug:code>/week/", views.set_week, name="set_week"),
    path("<slug:code>/closed-days/", views.close_on, name="close_on"),
    path("<slug:code>/duties/", views.name_person, name="name_person"),
    re_path(
        r"^(?P<code>[-\w]+)/(?P<verb>opening|suspension|closure)/$",
        views.set_state,
        name="set_state",
    ),
]
