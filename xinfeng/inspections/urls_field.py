from django.urls import path

from .views import field

app_name = "field"

urlpatterns = [
    path("", field.shell, name="shell"),
    path("sw.js", field.worker, name="worker"),
    path("rounds.json", field.rounds, name="rounds"),
]
