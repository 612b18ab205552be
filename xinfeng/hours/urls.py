from django.urls import path

from .views import record

app_name = "hours"

urlpatterns = [
    path("", record.mine, name="mine"),
    path("record.csv", record.mine_csv, name="mine_csv"),
    path("credits/<int:credit_id>/", record.credit, name="credit"),
]
