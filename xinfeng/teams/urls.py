from django.urls import path

from . import views

app_name = "teams"

urlpatterns = [
    path("", views.teams_list, name="list"),
    path("new/", views.found, name="found"),
    path("<slug:code>/", views.team, name="team"),
    path("<slug:code>/membership/", views.membership, name="join"),
    path("<slug:code>/departure/", views.departure, name="leave"),
    path("<slug:code>/leader/", views.leader, name="appoint_leader"),
    path("<slug:code>/dissolution/", views.dissolution, name="dissolve"),
]
