from django.urls import path

from .views import interviews

app_name = "interviews"

urlpatterns = [
    path("", interviews.shell, name="shell"),
    path("sw.js", interviews.worker, name="worker"),
    path("households.json", interviews.households, name="households"),
    path("sheets/", interviews.sheets, name="sheets"),
]
