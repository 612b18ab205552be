"""Addresses of frames, plans and draws; they stand before the codes of surveys."""

from django.urls import path

from .views import addresses, designing, frames, planning

patterns = [
    path("", planning.surveys, name="surveys"),
    path("plan/", planning.plan, name="plan"),
    path("size/", planning.size, name="size"),
    path("frames/", frames.frames, name="frames"),
    path("frames/tables/<slug:sheet_code>/", frames.preview, name="frame_preview"),
    path("frames/<slug:frame_code>/", frames.frame, name="frame"),
    path("frames/<slug:frame_code>/totals/", frames.totals, name="frame_totals"),
    path("<slug:survey_code>/design/", designing.design, name="design"),
    path("<slug:survey_code>/draw/", designing.draw, name="draw"),
    path("<slug:survey_code>/surveyors/", designing.surveyors, name="surveyors"),
    path("<slug:survey_code>/steps/<slug:step>/", designing.step, name="step"),
    path("<slug:survey_code>/sample/<int:sample_id>/", designing.sample, name="sample"),
    path(
        "<slug:survey_code>/sample/<int:sample_id>/addresses/", addresses.addresses,
        name="addresses",
    ),
    path(
        "<slug:survey_code>/sample/<int:sample_id>/addresses/<slug:sheet_code>/",
        addresses.preview, name="addresses_preview",
    ),
    path(
        "<slug:survey_code>/sample/<int:sample_id>/opened/", addresses.opened,
        name="addresses_opened",
    ),
    path(
        "<slug:survey_code>/sample/<int:sample_id>/sample.xlsx", designing.sample_book,
        name="sample_book",
    ),
    path(
        "<slug:survey_code>/sample/<int:sample_id>/letters.pdf", designing.letters,
        name="letters",
    ),
]  # fmt: skip
