from django.urls import path

from .views import invitations, relatives, teams

app_name = "teams"

urlpatterns = [
    path("", teams.teams_list, name="list"),
    path("new/", teams.found, name="found"),
    path("options/", teams.options, name="options"),
    # Whoever is asked
    path("invited/", invitations.invited, name="invited"),
    path("family/", relatives.family, name="relatives"),
    path("i/<slug:code>/", invitations.invitation, name="invitation"),
    path("i/<slug:code>/refusal/", invitations.refusal, name="decline"),
    path("<slug:code>/", teams.team, name="team"),
    # A member's own
    path("<slug:code>/membership/", teams.membership, name="join"),
    path("<slug:code>/departure/", teams.departure, name="leave"),
    path("<slug:code>/contest/", teams.contest, name="contest"),
    path("<slug:code>/family/", teams.family, name="family"),
    # Those who lead it
    path("<slug:code>/desk/", teams.desk, name="desk"),
    path("<slug:code>/desk/removal/", teams.removal, name="remove"),
    path("<slug:code>/desk/heads/", teams.heads, name="count_heads"),
    path("<slug:code>/desk/purpose/", teams.purpose, name="describe"),
    path("<slug:code>/invitations/", invitations.invitations, name="invitations"),
    path("<slug:code>/invitations/new/", invitations.invite, name="invite"),
    path("<slug:code>/invitations/links.csv", invitations.links, name="links"),
    path("<slug:code>/invitations/cards/", invitations.cards, name="cards"),
    path("<slug:code>/invitations/template.xlsx", invitations.template, name="template"),
    path("<slug:code>/invitations/tables/", invitations.upload, name="upload"),
    path("<slug:code>/invitations/tables/<slug:batch_code>/", invitations.batch, name="batch"),
    path(
        "<slug:code>/invitations/tables/<slug:batch_code>/import/",
        invitations.start,
        name="start_import",
    ),
    path(
        "<slug:code>/invitations/tables/<slug:batch_code>/cancellation/",
        invitations.cancel,
        name="cancel_import",
    ),
    path(
        "<slug:code>/invitations/tables/<slug:batch_code>/problems.csv",
        invitations.problems_csv,
        name="problems",
    ),
    path(
        "<slug:code>/invitations/<int:invitation_id>/withdrawal/",
        invitations.withdrawal,
        name="withdraw_invitation",
    ),
    path("<slug:code>/leader/", teams.role, name="appoint_leader"),
    # The office above it
    path("<slug:code>/decision/", teams.decision, name="decide"),
    path("<slug:code>/dissolution/", teams.dissolution, name="dissolve"),
]
