"""Addresses of signs, second calls and the package; they stand before the survey's own."""

from django.urls import path

from .views import integrity

_SURVEY = "<slug:survey_code>/"
_SIGNS = _SURVEY + "integrity/"

patterns = [
    path(_SURVEY + "package.zip", integrity.package, name="package"),
    path(_SIGNS, integrity.integrity, name="integrity"),
    path(_SIGNS + "runs/<int:run_id>/", integrity.progress, name="integrity_run"),
    path(_SIGNS + "samples/<int:sample_id>/report/", integrity.report, name="integrity_report"),
    path(
        _SIGNS + "samples/<int:sample_id>/<slug:kind>/", integrity.sheets,
        name="integrity_sheets",
    ),
    path(_SIGNS + "sheets/<uuid:response_id>/", integrity.exclude, name="exclude"),
    path(_SIGNS + "calls/", integrity.calls, name="call_backs"),
    path(_SIGNS + "calls/<slug:unit_code>/", integrity.call, name="call_back"),
    path(
        _SIGNS + "calls/<slug:unit_code>/reach/", integrity.open_household,
        name="open_household",
    ),
]  # fmt: skip
