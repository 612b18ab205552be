from django.urls import path

from . import views

app_name = "hours"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("record.csv", views.mine_csv, name="mine_csv"),
    path("credits/<int:credit_id>/", views.credit, name="credit"),
]
