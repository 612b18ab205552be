from allauth.account import views as allauth
from django.urls import include, path

from . import views

people = [
    path("me/", views.me, name="me"),
]

# Of allauth these two pages only; its names stand outside the room's own.
urlpatterns = [
    path("", include((people, "people"))),
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
]
