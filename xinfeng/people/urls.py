from allauth.account import views as allauth
from django.urls import include, path

from . import views

people = [
    path("me/", views.me, name="me"),
    path("people/", views.office, name="office"),
    path("people/registrations/", views.register, name="register"),
    path("people/grants/", views.give, name="give"),
    path("people/grants/<int:grant_id>/end/", views.revoke, name="revoke"),
]

# Of allauth these two pages only; its names stand outside the room's own.
urlpatterns = [
    path("", include((people, "people"))),
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
]
