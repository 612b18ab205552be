from django.urls import path

from .views import answering, calendars, catalogue, classes, desk, doors, lecturers, stations

app_name = "school"

urlpatterns = [
    # What everybody finds
    path("", catalogue.open_classes, name="catalogue"),
    path("courses/", catalogue.courses, name="courses"),
    path("courses/new/", desk.offer_course, name="offer_course"),
    path("courses/<slug:course_code>/", catalogue.course, name="course"),
    path(
        "courses/<slug:course_code>/withdrawal/", desk.withdraw_course, name="withdraw_course"
    ),
    path("courses/<slug:course_code>/materials/", catalogue.add_material, name="add_material"),
    path("materials/<slug:material_code>/", catalogue.material, name="material"),
    path(
        "materials/<slug:material_code>/removal/",
        catalogue.remove_material,
        name="remove_material",
    ),
    path("series/new/", desk.open_series, name="open_series"),
    path("popular/", catalogue.popular, name="popular"),
    path("popular/<slug:course_code>/", catalogue.behind, name="popular_course"),
    path("week/", calendars.week, name="week"),
    path("week/<int:division_code>.ics", calendars.division_feed, name="division_feed"),
    path("places/<slug:place_code>/week/", calendars.place_week, name="place_week"),
    path("places/<slug:place_code>/week.ics", calendars.place_feed, name="place_feed"),
    path("lecturers/", lecturers.corps, name="lecturers"),
    path("lecturers/<slug:lecturer_code>/", lecturers.lecturer, name="lecturer"),
    # A class and one's place in it
    path("classes/<slug:class_code>/", classes.night_class, name="class"),
    path("classes/<slug:class_code>/enrolments/", classes.enrol, name="enrol"),
    path("classes/<slug:class_code>/ratings/", classes.rate, name="rate"),
    path("classes/<slug:class_code>/marks/", classes.marks, name="marks"),
    path("enrolments/<int:enrolment_id>/cancellation/", classes.cancel, name="cancel"),
    path("mine/", classes.mine, name="mine"),
    # A lecturer's own
    path("lecturing/", lecturers.own, name="own"),
    path("lecturing/offer/", lecturers.offer, name="offer"),
    path("lecturing/pause/", lecturers.pause, name="pause"),
    path("classes/<slug:class_code>/acceptance/", answering.accept, name="accept"),
    path("classes/<slug:class_code>/refusal/", answering.decline, name="decline"),
    path(
        "sessions/<int:session_id>/acceptance/", answering.accept_session, name="accept_session"
    ),
    path(
        "sessions/<int:session_id>/refusal/", answering.decline_session, name="decline_session"
    ),
    # A station
    path("places/", stations.places, name="places"),
    path("places/<slug:place_code>/", stations.place, name="place"),
    path("places/<slug:place_code>/requests/", stations.ask, name="ask"),
    path("requests/<slug:request_code>/", stations.request_page, name="request"),
    path("requests/<slug:request_code>/withdrawal/", stations.withdraw, name="withdraw"),
    path("classes/<slug:class_code>/publication/", stations.publish, name="publish"),
    path("classes/<slug:class_code>/calling-off/", stations.call_off, name="call_off"),
    path("classes/<slug:class_code>/quota/", stations.resize, name="resize"),
    # The door of an evening
    path("sessions/<int:session_id>/", doors.session, name="session"),
    path("sessions/<int:session_id>/code/", doors.code, name="session_code"),
    path("sessions/<int:session_id>/walk-ins/", doors.let_in, name="let_in"),
    path("sessions/<int:session_id>/heads/", doors.count_heads, name="count_heads"),
    path("sessions/<int:session_id>/calling-off/", doors.call_off, name="call_off_session"),
    path("sessions/<int:session_id>/moving/", doors.move, name="move_session"),
    # The office
    path("desk/", desk.desk, name="desk"),
    path("timetables/", desk.ask_timetable, name="ask_timetable"),
    path("timetables/<slug:timetable_code>/", desk.timetable, name="timetable"),
    path("timetables/<slug:timetable_code>/progress/", desk.progress, name="progress"),
    path(
        "timetables/<slug:timetable_code>/publication/",
        desk.publish_timetable,
        name="publish_timetable",
    ),
    path("requests/<slug:request_code>/placing/", desk.place_by_hand, name="place_by_hand"),
    path("requests/<slug:request_code>/refusal/", desk.refuse, name="refuse"),
    path("classes/<slug:class_code>/proposal/", desk.propose, name="propose"),
    path("desk/lecturers/<slug:lecturer_code>/", desk.lecturer, name="lecturer_case"),
    path(
        "desk/lecturers/<slug:lecturer_code>/<slug:verb>/", desk.decide, name="decide_lecturer"
    ),
]
