from django.urls import path

from .views import stars

app_name = "stars"

urlpatterns = [
    path("", stars.notice, name="notice"),
    path("<int:application_id>/objection/", stars.objection, name="objection"),
    path("mine/", stars.mine, name="mine"),
    path("mine/<int:application_id>/withdrawal/", stars.withdrawal, name="withdrawal"),
    path("desk/", stars.desk, name="desk"),
    path("desk/<int:application_id>/", stars.case, name="case"),
    path("desk/<int:application_id>/ban/", stars.ban, name="ban"),
    path("desk/objections/<int:objection_id>/", stars.decision, name="decision"),
]
