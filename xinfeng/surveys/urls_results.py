"""Addresses of one survey's numbers, to stand last: a survey's code is any word."""

from django.urls import path

from .views import estimating, results

patterns = [
    path("<slug:survey_code>/", results.survey, name="survey"),
    path("<slug:survey_code>/question/", results.question, name="question"),
    path("<slug:survey_code>/counties.geojson", results.counties, name="counties"),
    path("<slug:survey_code>/rows/", results.rows, name="rows"),
    path("<slug:survey_code>/methods/", results.methods, name="methods"),
    path("<slug:survey_code>/estimates/", estimating.estimates, name="estimates"),
    path(
        "<slug:survey_code>/estimates/<int:sample_id>/", estimating.ask, name="estimate_sample"
    ),
    path(
        "<slug:survey_code>/estimates/runs/<int:run_id>/", estimating.progress,
        name="estimation_run",
    ),
    path("<slug:survey_code>/publication/", estimating.publish, name="publish"),
]  # fmt: skip
