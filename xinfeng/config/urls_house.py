"""Pages of the house itself: language, modes of reading, the sheet of components."""

from django.urls import path
from django.views.i18n import set_language

from xinfeng.activities.views import doors, running
from xinfeng.config import views

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("modes/", views.modes, name="modes"),
    path("look/", views.look, name="look"),
    path("look/wide/", views.look_wide, name="look_wide"),
    path("sw.js", views.worker, name="worker"),
    # What QR codes lead to: short and in capitals, which keeps them coarse.
    path("C/<str:text>", doors.code, name="code"),
    path("K/<str:text>", running.seen_card, name="seen_card"),
]
