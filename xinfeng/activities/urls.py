from django.urls import path

from . import views

app_name = "activities"

urlpatterns = [
    path("", views.activities_list, name="list"),
    path("new/", views.announce, name="announce"),
    # A shift and a place on it
    path("shifts/<int:shift_id>/signups/", views.sign_up, name="sign_up"),
    path("shifts/<int:shift_id>/roster/", views.roster, name="roster"),
    path("signups/<int:signup_id>/cancellation/", views.cancel, name="cancel"),
    path("signups/<int:signup_id>/arrival/", views.check_in, name="check_in"),
    path("signups/<int:signup_id>/departure/", views.check_out, name="check_out"),
    # An activity
    path("<slug:code>/", views.activity, name="activity"),
    path("<slug:code>/cancellation/", views.call_off, name="call_off"),
    path("<slug:code>/completion/", views.hold, name="hold"),
    path("<slug:code>/records/", views.enter_records, name="enter_records"),
]
