"""Pages of the house itself: language, modes of reading, the sheet of components."""

from django.urls import path
from django.views.i18n import set_language

from xinfeng.config import views

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("modes/", views.modes, name="modes"),
    path("look/", views.look, name="look"),
    path("look/wide/", views.look_wide, name="look_wide"),
]
