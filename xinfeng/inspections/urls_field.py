from django.urls import path

from .views import field

app_name = "field"

urlpatterns = [
    path("", field.shell, name="shell"),
    path("sw.js", field.worker, name="worker"),
    path("rounds.json", field.rounds, name="rounds"),
    path("phone/", field.phone, name="phone"),
    path("phone/leaving/", field.leaving, name="leaving"),
]
