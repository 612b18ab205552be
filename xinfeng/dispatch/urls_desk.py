"""What the dispatch desk opens and does."""

from django.urls import path

from .views import desk, desk_order

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/orders.geojson", desk.points, name="desk_points"),
    path("desk/orders/<slug:code>/", desk_order.order, name="desk_order"),
]
