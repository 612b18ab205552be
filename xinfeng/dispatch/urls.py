from django.urls import URLPattern

from . import urls_desk

app_name = "dispatch"

urlpatterns: list[URLPattern] = [*urls_desk.urlpatterns]
