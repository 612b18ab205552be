"""The page about the public log; its files are served by `config/log_files.py`."""

from django.urls import path

from .views import log

app_name = "log"

urlpatterns = [path("", log.index, name="index")]
