from allauth.idp.oidc import views as allauth
from django.urls import include, path

from . import views

access = [
    path("me/programs/", views.mine, name="mine"),
    path("me/programs/<slug:program_id>/end/", views.take_back, name="take_back"),
    path("programs/", views.programs, name="programs"),
    path("programs/new/", views.register, name="register"),
    path("programs/<slug:program_id>/closure/", views.close, name="close"),
]

# Under the names that allauth itself looks for.
provider = [
    path(".well-known/openid-configuration", views.configuration, name="configuration"),
    path(".well-known/oauth-authorization-server", views.configuration, name="server"),
    path(".well-known/jwks.json", allauth.jwks, name="jwks"),
    path("identity/o/authorize", views.authorize, name="authorization"),
    path("identity/o/api/token", views.token, name="token"),
    path("identity/o/api/revoke", allauth.revoke, name="revoke"),
    path("identity/o/api/userinfo", allauth.user_info, name="userinfo"),
]

urlpatterns = [
    path("", include((access, "access"))),
    path("", include(([path("", include((provider, "oidc")))], "idp"))),
]
