"""The nouns of this room, by what they are about."""

from .catalogue import Course, Field, Material, MaterialFile, Series
from .classes import (
    LIVE_CLASSES,
    TAUGHT,
    ClassState,
    DeclineReason,
    NightClass,
    NightClassQuerySet,
    Session,
    SessionQuerySet,
    SessionState,
)
from .enrolments import (
    ClassRating,
    Enrolment,
    EnrolmentQuerySet,
    EnrolmentState,
    WalkIns,
)
from .lecturers import Lecturer, LecturerQuerySet, LecturerState
from .requests import (
    WAITING_FOR_PLACE,
    ClassRequest,
    ClassRequestQuerySet,
    RequestState,
    Timetable,
    TimetableState,
    Unplaced,
)

__all__ = [
    "LIVE_CLASSES",
    "TAUGHT",
    "WAITING_FOR_PLACE",
    "ClassRating",
    "ClassRequest",
    "ClassRequestQuerySet",
    "ClassState",
    "Course",
    "DeclineReason",
    "Enrolment",
    "EnrolmentQuerySet",
    "EnrolmentState",
    "Field",
    "Lecturer",
    "LecturerQuerySet",
    "LecturerState",
    "Material",
    "MaterialFile",
    "NightClass",
    "NightClassQuerySet",
    "RequestState",
    "Series",
    "Session",
    "SessionQuerySet",
    "SessionState",
    "Timetable",
    "TimetableState",
    "Unplaced",
    "WalkIns",
]
