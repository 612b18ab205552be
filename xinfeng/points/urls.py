from django.urls import path

from .views import desk, own

app_name = "points"

urlpatterns = [
    # A person's own
    path("", own.mine, name="mine"),
    path("redemptions/<slug:code>/", own.redemption, name="redemption"),
    path("redemptions/<slug:code>/refund/", own.refund, name="refund"),
    # The catalogue
    path("rewards/", own.catalogue, name="catalogue"),
    path("rewards/<slug:code>/", own.reward, name="reward"),
    path("rewards/<slug:code>/redemptions/", own.redeem, name="redeem"),
    # Merchants
    path("merchants/", desk.merchants, name="merchants"),
    path("merchants/new/", desk.propose, name="propose"),
    path("merchants/<slug:code>/", desk.merchant, name="merchant"),
    path("merchants/<slug:code>/decision/", desk.decide, name="decide"),
    path("merchants/<slug:code>/desk/", desk.desk, name="desk"),
    path("merchants/<slug:code>/desk/pick-ups/", desk.hand_out, name="hand_out"),
    path("merchants/<slug:code>/desk/rewards/", desk.offer, name="offer"),
    path("merchants/<slug:code>/desk/clerks/", desk.name_clerk, name="name_clerk"),
    path("merchants/<slug:code>/desk/clerks/end/", desk.relieve_clerk, name="relieve_clerk"),
    path("rewards/<slug:code>/stock/", desk.restock, name="restock"),
    path("rewards/<slug:code>/withdrawal/", desk.withdraw, name="withdraw"),
    path("redemptions/<int:redemption_id>/return/", desk.give_back, name="give_back"),
]
