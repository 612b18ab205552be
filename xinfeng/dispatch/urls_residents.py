"""The addresses of those who order and of those who serve."""

from django.urls import URLPattern, path

from .views import entering, ordering, serving, tracking

urlpatterns: list[URLPattern] = [
    # Anybody orders, step by step
    path("", ordering.menu, name="menu"),
    path("new/check/", ordering.check, name="order_check"),
    path("new/<slug:item_code>/when/", ordering.when, name="order_when"),
    path("new/<slug:item_code>/who/", ordering.who, name="order_who"),
    # Entered for somebody; a device of a station
    path("entry/", entering.entry, name="entry"),
    path("kiosks/", entering.open_kiosk, name="open_kiosk"),
    path("kiosk/<str:kiosk_pass>/", entering.kiosk, name="kiosk"),
    # Whoever ordered follows it
    path("mine/", tracking.mine, name="my_orders"),
    path("track/<str:key>/", tracking.track, name="track"),
    path("track/<str:key>/slip/", tracking.slip, name="track_slip"),
    path("track/<str:key>/door/", tracking.door_code, name="track_door"),
    path("track/<str:key>/confirmation/", tracking.confirm, name="track_confirm"),
    path("track/<str:key>/denial/", tracking.deny, name="track_deny"),
    path("track/<str:key>/rating/", tracking.rate, name="track_rate"),
    path("track/<str:key>/complaints/", tracking.complain, name="track_complain"),
    path("track/<str:key>/cancellation/", tracking.cancel, name="track_cancel"),
    # Whoever serves
    path("asked/", serving.offered, name="offered"),
    path("asked/<slug:code>/", serving.order, name="serving"),
    path("asked/<slug:code>/acceptance/", serving.accept, name="serving_accept"),
    path("asked/<slug:code>/refusal/", serving.decline, name="serving_decline"),
    path("asked/<slug:code>/taking/", serving.grab, name="serving_grab"),
    path("asked/<slug:code>/team/", serving.pass_on, name="serving_team"),
    path("asked/<slug:code>/contact/", serving.contact, name="serving_contact"),
    path("asked/<slug:code>/time/", serving.agree, name="serving_time"),
    path("asked/<slug:code>/return/", serving.give_back, name="serving_back"),
]
