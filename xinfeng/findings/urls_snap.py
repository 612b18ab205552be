from django.urls import URLPattern, path

from .views import snaps

app_name = "snap"

urlpatterns: list[URLPattern] = [
    path("", snaps.choose, name="choose"),
    path("track/<str:key>/", snaps.track, name="track"),
    path("track/<str:key>/rating/", snaps.rate, name="rate"),
    path("track/<str:key>/pictures/<int:file_id>/", snaps.picture, name="picture"),
    path("<slug:kind>/where/", snaps.where, name="where"),
    path("<slug:kind>/", snaps.report, name="report"),
]
