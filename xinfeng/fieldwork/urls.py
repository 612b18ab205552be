from django.urls import path

from .views import openrosa

app_name = "fieldwork"

_OPENROSA = [
    ("formList", openrosa.forms, "form_list"),
    ("forms/<int:version_id>/form.xml", openrosa.xform, "xform"),
    ("forms/<int:version_id>/manifest", openrosa.shown, "manifest"),
    ("forms/<int:version_id>/media/<int:media_id>", openrosa.media, "media"),
    ("submission", openrosa.submission, "submission"),
]

urlpatterns = [
    # OpenRosa: by password or session, and by the key in the address
    *[path(f"or/{end}", view, name=name) for end, view, name in _OPENROSA],
    *[
        path(f"or/key/<slug:token>/{end}", view, name=f"key_{name}")
        for end, view, name in _OPENROSA
    ],
]
