"""The field of one survey: before the addresses of its numbers."""

from django.urls import path

from .views import monitoring

patterns = [
    path("<slug:survey_code>/field/", monitoring.field, name="field"),
    path("<slug:survey_code>/field/<int:community_id>/surveyor/", monitoring.send, name="send"),
]
