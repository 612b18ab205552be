from django.urls import URLPattern

from . import urls_desk, urls_residents

app_name = "dispatch"

urlpatterns: list[URLPattern] = [*urls_residents.urlpatterns, *urls_desk.urlpatterns]
