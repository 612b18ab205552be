"""The addresses of those who order and of those who serve."""

from django.urls import URLPattern, path

from .views import ordering

urlpatterns: list[URLPattern] = [
    # Anybody orders, step by step
    path("", ordering.menu, name="menu"),
    path("new/check/", ordering.check, name="order_check"),
    path("new/<slug:item_code>/when/", ordering.when, name="order_when"),
    path("new/<slug:item_code>/who/", ordering.who, name="order_who"),
]
