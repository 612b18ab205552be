from allauth.account import views as allauth
from django.urls import include, path

from .views import desk, family, office, own, registration

_person = "people/<int:person_id>"
people = [
    # Anybody
    path("register/", registration.apply, name="apply"),
    path("register/not-me/", registration.not_me, name="not_me"),
    path("texts/<slug:code>/", registration.text, name="text"),
    # Oneself
    path("me/", own.me, name="me"),
    path("me/welcome/", own.welcome, name="welcome"),
    path("me/notices/", own.inbox, name="notices"),
    path("me/notices/read/", own.read, name="read_all"),
    path("me/notices/<int:notice_id>/read/", own.read, name="read"),
    path("me/profile/", own.profile, name="profile"),
    path("me/qualifications/", own.enter_qualification, name="enter_qualification"),
    path(
        "me/qualifications/<int:qualification_id>/end/",
        own.remove_qualification,
        name="remove_qualification",
    ),
    path("me/consents/", own.consents, name="consents"),
    path("me/consents/<slug:kind>/", own.give_consent, name="give_consent"),
    path("me/consents/<slug:kind>/end/", own.withdraw_consent, name="withdraw_consent"),
    path("me/record/", own.record, name="record"),
    path("me/record.zip", own.archive, name="archive"),
    path("me/requests/", own.requests, name="requests"),
    path("me/account/", own.account, name="account"),
    path("me/password/", own.password, name="password"),
    path("me/account/<slug:verb>/", own.end, name="end"),
    # Those one answers for
    path("me/family/", family.family, name="family"),
    path("me/family/<int:guardianship_id>/<slug:verb>/", family.answer, name="answer_guardian"),
    path("me/wards/<int:person_id>/record/", family.record, name="ward_record"),
    path("me/wards/<int:person_id>/record.zip", family.archive, name="ward_archive"),
    path("me/wards/<int:person_id>/erasure/", family.erase, name="erase_ward"),
    # Offices
    path("people/", office.office, name="office"),
    path("people/search/", desk.search, name="search"),
    path("people/registrations/", office.register, name="register"),
    path("people/grants/", office.give, name="give"),
    path("people/grants/<int:grant_id>/end/", office.revoke, name="revoke"),
    path("people/requests/", desk.requests, name="office_requests"),
    path("people/merges/", desk.merge, name="merge"),
    path("people/disputes/<int:dispute_id>/", desk.decide_dispute, name="decide_dispute"),
    path(
        "people/disclosures/<int:disclosure_id>/<slug:verb>/",
        desk.decide_disclosure,
        name="decide_disclosure",
    ),
    path(
        "people/qualifications/<int:qualification_id>/check/",
        desk.check_qualification,
        name="check_qualification",
    ),
    path(f"{_person}/", desk.person, name="person"),
    path(f"{_person}/numbers/", desk.disclose, name="disclose"),
    path(f"{_person}/correction/", desk.correct, name="correct"),
    path(f"{_person}/password/", desk.reset_password, name="reset_password"),
    path(f"{_person}/family/", desk.ask_carer, name="ask_carer"),
    path(f"{_person}/<slug:verb>/", desk.end, name="end_account"),
]

# Of allauth these two pages only; their names stand outside the room's own.
urlpatterns = [
    path("", include((people, "people"))),
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
]
