"""School: evening classes that stations ask for and lecturers give. So far the timetable alone.

Promises: no lecturer, room or group is in two places on one evening; a class that finds no
place in the timetable says why.
"""
