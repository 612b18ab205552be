"""The addresses of GeoReport v2: each as .xml and as .json; without an end it is XML."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from .views import open311 as views

app_name = "open311"
_ENDS = {"": "", ".xml": "_xml", ".json": "_json"}


def _in_both_forms(
    address: str, view: Callable[..., HttpResponseBase], name: str
) -> list[URLPattern]:
    return [path(f"{address}{end}", view, name=f"{name}{more}") for end, more in _ENDS.items()]


urlpatterns: list[URLPattern] = [
    path("requests/<slug:number>/pictures/<int:file_id>.jpg", views.picture, name="picture"),
    *_in_both_forms("discovery", views.discovery, "discovery"),
    *_in_both_forms("services", views.services, "services"),
    *_in_both_forms("services/<slug:code>", views.service, "service"),
    *_in_both_forms("requests", views.requests, "requests"),
    *_in_both_forms("requests/<slug:number>", views.one_request, "request"),
    *_in_both_forms("tokens/<slug:token>", views.token, "token"),
    path("<path:rest>", views.unknown, name="unknown"),
]
