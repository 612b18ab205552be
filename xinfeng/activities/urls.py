from django.urls import path

from .views import (
    announcing,
    attendance,
    boards,
    calendars,
    doors,
    programme,
    running,
    signups,
)

app_name = "activities"

urlpatterns = [
    path("", programme.activities_list, name="list"),
    path("near/", programme.near, name="near"),
    path("mine/", signups.mine, name="mine"),
    # Calendars for other programs
    path("calendar/link/", calendars.link, name="link_calendar"),
    path("calendar/end/", calendars.end, name="end_calendar"),
    path("calendar/<str:calendar_pass>/shifts.ics", calendars.mine, name="my_calendar"),
    path("calendar/places/<slug:place_code>.ics", calendars.place, name="place_calendar"),
    path("board/", boards.board, name="board"),
    path("overdue/", boards.overdue, name="overdue"),
    path("overdue.csv", boards.overdue_csv, name="overdue_csv"),
    path("new/", announcing.announce, name="announce"),
    # Programmes and projects
    path("programmes/", boards.programmes, name="programmes"),
    path("programmes/<slug:programme_code>/", boards.programme, name="programme"),
    path("projects/new/", boards.start_project, name="start_project"),
    path("projects/<int:project_id>/", boards.project, name="project"),
    path("projects/<int:project_id>/end/", boards.end_project, name="end_project"),
    # A shift, its posts, and a place on it
    path("shifts/<int:shift_id>/signups/", signups.sign_up, name="sign_up"),
    path("shifts/<int:shift_id>/roster/", attendance.roster, name="roster"),
    path("shifts/<int:shift_id>/time/", announcing.change_shift, name="change_shift"),
    path("shifts/<int:shift_id>/places/", announcing.resize_shift, name="resize_shift"),
    path("shifts/<int:shift_id>/removal/", announcing.drop_shift, name="drop_shift"),
    path("shifts/<int:shift_id>/posts/", announcing.add_post, name="add_post"),
    path("posts/<int:post_id>/places/", announcing.resize_post, name="resize_post"),
    path("posts/<int:post_id>/removal/", announcing.drop_post, name="drop_post"),
    path("signups/<int:signup_id>/cancellation/", signups.cancel, name="cancel"),
    path("signups/<int:signup_id>/excuse/", signups.excuse, name="excuse"),
    path("signups/<int:signup_id>/arrival/", attendance.check_in, name="check_in"),
    path("signups/<int:signup_id>/departure/", attendance.check_out, name="check_out"),
    # The door of those who come
    path("door/", doors.mine, name="door"),
    path("door/codes/", doors.scan, name="scan"),
    path("signups/<int:signup_id>/digits/", doors.type_digits, name="type_digits"),
    path("devices/", doors.devices, name="devices"),
    path("devices/registrations/", doors.register_device, name="register_device"),
    path("devices/<int:keyholder_id>/end/", doors.revoke_device, name="revoke_device"),
    path("cards/", doors.issue_card, name="issue_card"),
    path("cards/<int:card_id>/", doors.card, name="card"),
    path("cards/<int:card_id>/end/", doors.revoke_card, name="revoke_card"),
    # The door of those who lead
    path("shifts/<int:shift_id>/screen/", running.screen, name="screen"),
    path("shifts/<int:shift_id>/screen/now/", running.screen_now, name="screen_now"),
    path("shifts/<int:shift_id>/review/", running.review, name="review"),
    path("shifts/<int:shift_id>/kiosks/", running.open_kiosk, name="open_kiosk"),
    path("kiosks/<int:kiosk_id>/end/", running.close_kiosk, name="close_kiosk"),
    path("kiosk/<str:kiosk_pass>/", running.kiosk, name="kiosk"),
    # An activity
    path("<slug:code>/", programme.activity, name="activity"),
    path("<slug:code>/calendar.ics", calendars.activity, name="activity_calendar"),
    path("<slug:code>/poster/", programme.activity_poster, name="poster"),
    path("<slug:code>/words/", announcing.rewrite, name="rewrite"),
    path("<slug:code>/shifts/", announcing.shifts, name="shifts"),
    path("<slug:code>/publication/", announcing.publish, name="publish"),
    path("<slug:code>/series/", announcing.series, name="series"),
    path("<slug:code>/copy/", announcing.copy, name="copy"),
    path("<slug:code>/cancellation/", programme.call_off, name="call_off"),
    path("<slug:code>/completion/", programme.hold, name="hold"),
    path("<slug:code>/records/", programme.enter_records, name="enter_records"),
]
