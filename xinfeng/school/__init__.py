"""School: the night school, from a course of the menu to the learner who has attended it.

Stations ask for classes, the timetable finds lecturers, lecturers accept, classes are
published and people enrol. Each session is a shift of an activity, so that attendance and hours
are those of every activity.

Promises: nobody teaches without having accepted; no lecturer, room or group is in two places on
one evening; a class never holds more learners than its quota; learners earn nothing.
"""
