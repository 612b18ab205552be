from django.urls import path

from .views import certificates

app_name = "certificates"

urlpatterns = [
    path("", certificates.entry, name="entry"),
    path("mine/", certificates.mine, name="mine"),
    path("mine/<str:code>/", certificates.own, name="own"),
    path("mine/<str:code>/certificate.pdf", certificates.file, name="file"),
    path("<str:code>/", certificates.check, name="check"),
    path("<str:code>/revocation/", certificates.revocation, name="revocation"),
]
