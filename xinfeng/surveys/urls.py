"""The table of contents of surveys: fixed words come before codes."""

from . import (
    urls_desks,
    urls_integrity,
    urls_monitoring,
    urls_planning,
    urls_questionnaires,
    urls_results,
)

app_name = "surveys"
urlpatterns = [
    *urls_questionnaires.patterns,
    *urls_planning.patterns,
    *urls_integrity.patterns,
    *urls_monitoring.patterns,
    *urls_desks.patterns,
    *urls_results.patterns,
]
