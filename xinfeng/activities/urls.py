from django.urls import path

from .views import announcing, attendance, boards, programme, signups

app_name = "activities"

urlpatterns = [
    path("", programme.activities_list, name="list"),
    path("near/", programme.near, name="near"),
    path("mine/", signups.mine, name="mine"),
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
    # An activity
    path("<slug:code>/", programme.activity, name="activity"),
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
