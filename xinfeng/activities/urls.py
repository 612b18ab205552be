from django.urls import path

from .views import attendance, programme

app_name = "activities"

urlpatterns = [
    path("", programme.activities_list, name="list"),
    path("new/", programme.announce, name="announce"),
    # A shift and a place on it
    path("shifts/<int:shift_id>/signups/", programme.sign_up, name="sign_up"),
    path("shifts/<int:shift_id>/roster/", attendance.roster, name="roster"),
    path("signups/<int:signup_id>/cancellation/", programme.cancel, name="cancel"),
    path("signups/<int:signup_id>/arrival/", attendance.check_in, name="check_in"),
    path("signups/<int:signup_id>/departure/", attendance.check_out, name="check_out"),
    # An activity
    path("<slug:code>/", programme.activity, name="activity"),
    path("<slug:code>/cancellation/", programme.call_off, name="call_off"),
    path("<slug:code>/completion/", programme.hold, name="hold"),
    path("<slug:code>/records/", programme.enter_records, name="enter_records"),
]
