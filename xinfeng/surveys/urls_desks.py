"""Addresses of whoever asks: the telephone desk and the street."""

from django.urls import path

from .views import phone, street

_CALL = "<slug:survey_code>/phone/<slug:unit_code>/"

patterns = [
    path("<slug:survey_code>/phone/", phone.desk, name="phone"),
    path(_CALL, phone.household, name="phone_household"),
    path(f"{_CALL}number/", phone.number, name="phone_number"),
    path(f"{_CALL}attempt/", phone.attempt, name="phone_attempt"),
    path(f"{_CALL}back/", phone.back, name="phone_back"),
    path(f"{_CALL}questions/", phone.questions, name="phone_questions"),
    path("<slug:survey_code>/street/", street.street, name="street"),
    path("<slug:survey_code>/street/sheet/", street.sheet, name="street_sheet"),
]
