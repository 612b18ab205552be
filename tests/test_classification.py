"""Every stored field has a class; what tells of a person lies in one room, and sealed."""

import pytest
from django.apps import apps
from django.conf import settings

from xinfeng.base import classes
from xinfeng.base.classes import Level

classes.load(settings.ROOMS)
FIELDS = [
    field
    for model in apps.get_models()
    if model.__module__.startswith("xinfeng.")
    for field in model._meta.local_concrete_fields
]
# Personal data outside the room of people, each with the reason why it cannot lie there.
ELSEWHERE = {
    "hours.Hold.appeal_text": "the person's own words about one entry of theirs",
    "hours.Hold.finding": "the answer to them",
    "hours.AuditCase.finding": "what a check of one entry found",
    "hours.Certificate.reason": "why a certificate was taken back",
    "hours.StarApplication.refusal": "why the person was not found eligible",
    "hours.StarObjection.words": "somebody's words in a public notice",
    "hours.StarBan.ground": "why the person gets no star for a while",
    "hours.HourEntry.remark": "what the leader remarks on a list of hours",
    "hours.Evidence.content": "a picture or list that shows the service",
    "hours.Contest.text": "the person's own words about one entry of theirs",
    "hours.Objection.text": "somebody's words in a public notice",
    "hours.Objection.address_digest": "a keyed digest, so that nobody floods a notice",
    "access.Passing.name_digest": "a keyed digest of a code on its way to a program",
    "fieldwork.Device.token_digest": "a digest of the token that a phone carries",
    "access.Passing.sealed": "such a code, sealed, for a minute at most",
    "activities.CheckIn.distance_band_m": "evidence of one check-in; a band, never a position",
    "activities.CheckIn.accuracy_band_m": "evidence of one check-in",
    "activities.CheckIn.is_inside": "evidence of one check-in",
    "school.Lecturer.reach_m": "how far somebody goes to teach, for the timetable",
    "school.Lecturer.evenings": "on which evenings somebody is away from home",
    "school.ClassRating.comment": "somebody's words about a class they attended",
    "dispatch.Order.lat_e6": "rounded to about a hundred metres, to find who is near",
    "dispatch.Order.lon_e6": "rounded to about a hundred metres, to find who is near",
    "dispatch.Order.cell": "five square kilometres, to find who is near",
    "dispatch.Order.address_digest": "a keyed digest, so that nobody floods the desk",
    "dispatch.Order.track_digest": "a keyed digest, so that who has the address finds it",
    "dispatch.Offer.words": "the volunteer's own words about why not",
    "dispatch.Rating.comment_sealed": "the resident's own words about one service",
    "dispatch.CallBack.note_sealed": "what was said in a call about one service",
    "dispatch.Complaint.text_sealed": "the resident's own words about one service",
    "dispatch.Complaint.answer_sealed": "the answer to them",
    "findings.SnapReport.track_digest": "a keyed digest, so that who has the address finds it",
    "findings.SnapReport.address_digest": "a keyed digest, so that nobody floods the desk",
    "findings.SnapReport.comment_sealed": "the reporter's own words about one report",
    "findings.ReportingProgram.key_digest": "a keyed digest of the key that a program shows",
    "findings.HotlineSheet.content_sealed": "a table to be imported: sealed, then forgotten",
    "surveys.SurveySheet.content_sealed": "a table of addresses: sealed, then forgotten",
    "surveys.SampleUnit.web_digest": "a keyed digest of a personal code",
    "surveys.SampleUnit.address_sealed": "where a drawn household lives, until the close",
    "surveys.SampleUnit.phone_sealed": "how it is called, until the close",
    "surveys.SampleUnit.pair": "the second call agreed to, until the close",
    "surveys.CallBack.pair": "the second call agreed to, until the close",
    "surveys.CallBack.answers": "what was answered in it",
    "surveys.AddressTally.digest": "a keyed digest of a day, so that nobody floods a survey",
    "teams.Batch.content": "a table to be imported: sealed, and forgotten with the import",
    "teams.Invitation.phone_digest": "a keyed digest, so that the invited find the invitation",
}
# How a sensitive field is kept so that the rows alone tell nothing.
HOW = {
    "people.Person.password": "a slow hash",
    "people.SignInTally.name_digest": "a keyed digest",
    "people.Identity.secret": "random; in itself it tells nothing",
    "teams.Batch.content": "sealed as a whole",
    "fieldwork.Device.token_digest": "a digest of a random token",
    "access.Passing.sealed": "sealed, under a shorter name",
}


def name_of(field):
    return f"{field.model._meta.label}.{field.name}"


@pytest.mark.parametrize("field", FIELDS, ids=name_of)
def test_a_field_has_a_class(field):
    assert classes.level_of(field), (
        f"Name {field.name} in xinfeng/{field.model._meta.app_label}/classification.py:"
        " public, internal, personal or sensitive? (docs/developers/classification.md)"
    )


def test_nothing_is_classified_that_does_not_exist():
    named = {f"{model}.{field}" for model, fields in classes.said().items() for field in fields}

    assert named - set(map(name_of, FIELDS)) == set()


def test_what_tells_of_a_person_lies_in_the_room_of_people_or_has_a_reason():
    telling = {
        name_of(field)
        for field in FIELDS
        if classes.level_of(field) in {Level.PERSONAL, Level.SENSITIVE}
        and field.model._meta.app_label != "people"
    }

    assert telling - ELSEWHERE.keys() == set()
    assert ELSEWHERE.keys() - telling == set()


def test_a_sensitive_field_is_sealed_or_a_keyed_digest():
    sensitive = {name_of(f) for f in FIELDS if classes.level_of(f) is Level.SENSITIVE}
    bare = {name for name in sensitive if not name.endswith(("_sealed", "_digest"))}

    assert bare - HOW.keys() == set()


def test_a_field_cannot_be_classified_twice():
    with pytest.raises(AssertionError, match="twice"):
        classes.declare("people.Identity", public="name")
    with pytest.raises(AssertionError, match="twice"):
        classes.declare("test.Nothing", public="name", personal="name")
