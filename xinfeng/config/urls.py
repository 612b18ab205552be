"""The table of contents of the whole program."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from xinfeng.config import api
from xinfeng.config.today import today

PREFIXES = {
    "places": "places/",
    "units": "units/",
    "teams": "teams/",
    "hours": "hours/",
    "activities": "activities/",
    "points": "points/",
    "dispatch": "orders/",
    "findings": "findings/",
    "school": "school/",
    "filing": "filing/",
    "surveys": "surveys/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path(PREFIXES.get(room, ""), include(f"xinfeng.{room}.urls"))
    for room in settings.ROOMS
    if find_spec(f"xinfeng.{room}.urls")
]
urlpatterns.append(path("log/", include("xinfeng.hours.urls_log")))
urlpatterns.append(path("snap/", include("xinfeng.findings.urls_snap")))
urlpatterns.append(path("answer/", include("xinfeng.surveys.urls_answer")))
urlpatterns.append(path("open311/v2/", include("xinfeng.findings.urls_open311")))
urlpatterns.append(path("stars/", include("xinfeng.hours.urls_stars")))
urlpatterns.append(path("certificates/", include("xinfeng.hours.urls_certificates")))
urlpatterns.append(path("field/", include("xinfeng.inspections.urls_field")))
urlpatterns.append(path("interviews/", include("xinfeng.surveys.urls_interviews")))
urlpatterns.append(path("today/", today, name="today"))
if find_spec("xinfeng.config.urls_house"):
    urlpatterns.append(path("", include("xinfeng.config.urls_house")))

interface = api.build()
urlpatterns.append(path(api.PREFIX, api.urls(interface)))

handler500 = "xinfeng.config.views.broken"
