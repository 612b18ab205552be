"""The table of contents of surveys: fixed words come before codes."""

from . import urls_results

app_name = "surveys"
urlpatterns = [*urls_results.patterns]
