from django.urls import path

from .views import devices, forms, openrosa, submissions

app_name = "fieldwork"

_OPENROSA = [
    ("formList", openrosa.forms, "form_list"),
    ("forms/<int:version_id>/form.xml", openrosa.xform, "xform"),
    ("forms/<int:version_id>/manifest", openrosa.shown, "manifest"),
    ("forms/<int:version_id>/media/<int:media_id>", openrosa.media, "media"),
    ("submission", openrosa.submission, "submission"),
]
_VERSION = "fieldwork/versions/<int:version_id>/"
_SENT = "fieldwork/submissions/<int:submission_id>/"

urlpatterns = [
    # OpenRosa: by password or session, and by the key in the address
    *[path(f"or/{end}", view, name=name) for end, view, name in _OPENROSA],
    *[
        path(f"or/key/<slug:token>/{end}", view, name=f"key_{name}")
        for end, view, name in _OPENROSA
    ],
    # Forms and their versions
    path("fieldwork/forms/", forms.forms, name="forms"),
    path("fieldwork/upload/", forms.upload, name="upload"),
    path("fieldwork/forms/<str:form_id>/", forms.form, name="form"),
    path("fieldwork/forms/<str:form_id>/<slug:verb>/", forms.set_form, name="set_form"),
    path(_VERSION, forms.version, name="version"),
    path(_VERSION + "acts/<slug:verb>/", forms.set_version, name="set_version"),
    path(_VERSION + "form.xml", forms.xform, name="version_xform"),
    path(_VERSION + "form.xlsx", forms.xlsx, name="version_xlsx"),
    path(_VERSION + "media/", forms.add_media, name="add_media"),
    path(_VERSION + "media/<int:media_id>/", forms.shown, name="shown"),
    path(_VERSION + "media/<int:media_id>/removal/", forms.drop_media, name="drop_media"),
    # Phones
    path("fieldwork/phones/", devices.mine, name="phones"),
    path("fieldwork/people/", devices.goers, name="goers"),
    path("fieldwork/people/<int:person_id>/", devices.of_person, name="phones_of"),
    path("fieldwork/people/<int:person_id>/phones/", devices.issue, name="issue_phone"),
    path("fieldwork/phones/<int:device_id>/end/", devices.revoke, name="revoke_phone"),
    # What they sent
    path("fieldwork/submissions/", submissions.received, name="submissions"),
    path(_SENT, submissions.submission, name="received"),
    path(_SENT + "form.xml", submissions.raw, name="raw"),
    path(_SENT + "files/<int:file_id>/", submissions.file, name="sent_file"),
    path(_SENT + "withdrawal/", submissions.withdraw, name="withdraw"),
]
