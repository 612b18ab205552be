"""What the dispatch desk opens and does, and what everybody may see of it."""

from django.urls import path

from .views import desk, desk_offers, desk_order, desk_plans, desk_queues, shown

urlpatterns = [
    # Everybody
    path("dispatched/", shown.shown, name="shown"),
    path("services/", shown.services, name="services"),
    # The desk: lists
    path("desk/", desk.desk, name="desk"),
    path("desk/orders.geojson", desk.points, name="desk_points"),
    path("desk/verify/", desk_queues.to_verify, name="desk_verify"),
    path("desk/calls/", desk_queues.to_call, name="desk_calls"),
    path("desk/complaints/", desk_queues.complaints, name="desk_complaints"),
    path("desk/complaints/<slug:code>/", desk_queues.complaint, name="desk_complaint"),
    path("desk/plans/", desk_plans.plans, name="desk_plans"),
    path("desk/plans/<slug:code>/", desk_plans.plan, name="desk_plan"),
    # The desk: one order
    path("desk/orders/<slug:code>/", desk_order.order, name="desk_order"),
    path("desk/orders/<slug:code>/doubles/", desk_order.doubles, name="desk_doubles"),
    path("desk/orders/<slug:code>/candidates/", desk_offers.candidates, name="desk_candidates"),
    path("desk/orders/<slug:code>/offers/", desk_offers.ask_proposed, name="desk_ask"),
    path("desk/orders/<slug:code>/people/", desk_offers.ask_people, name="desk_ask_people"),
    path("desk/orders/<slug:code>/team/", desk_offers.ask_team, name="desk_ask_team"),
    path("desk/orders/<slug:code>/opening/", desk_offers.open_to_all, name="desk_open"),
    path(
        "desk/orders/<slug:code>/offers/<int:offer_id>/withdrawal/",
        desk_offers.withdraw,
        name="desk_withdraw",
    ),
    path("desk/orders/<slug:code>/merger/", desk_order.merge, name="desk_merger"),
    path("desk/orders/<slug:code>/contact/", desk_order.open_contact, name="desk_contact"),
    path("desk/orders/<slug:code>/<slug:verb>/", desk_order.act, name="desk_act"),
]
