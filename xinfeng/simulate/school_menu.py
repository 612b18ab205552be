"""The menu of the night school as rows: fields, special topics, courses."""

import numpy as np

from xinfeng.school.menu import Menu
from xinfeng.school.models import Course, Field, Series

from . import days
from .copy_binary import sets
from .loading import Loader


def load(loader: Loader, menu: Menu, city: int, at: np.datetime64) -> None:
    """Fields, special topics and courses as the pack has them."""
    if not menu.courses:
        return
    names = [one.code for one in menu.fields]
    topics = [one.code for one in menu.topics]
    loader.add(
        Field,
        {
            "id": np.arange(1, len(names) + 1),
            "code": names,
            "name": [one.name for one in menu.fields],
            "name_en": [one.name_en for one in menu.fields],
            "position": np.arange(1, len(names) + 1),
        },
    )
    if topics:
        loader.add(
            Series,
            {
                "id": np.arange(1, len(topics) + 1),
                "code": topics,
                "title": [one.title for one in menu.topics],
                "title_en": [one.title_en for one in menu.topics],
                "outline": [one.outline for one in menu.topics],
                "is_topic": np.ones(len(topics), np.bool_),
                "division_id": np.full(len(topics), city),
                "starts_on": np.full(len(topics), days.at("2020-09-01")),
                "ends_on": None,
            },
        )
    _load_courses(loader, menu, names, topics, city, at)


def _load_courses(
    loader: Loader, menu: Menu, fields: list[str], topics: list[str], city: int,
    at: np.datetime64,
) -> None:  # fmt: skip
    own = menu.courses
    asked = sorted({code for one in own for code in one.qualifications})
    masks = [sum(1 << asked.index(code) for code in one.qualifications) for one in own]
    topic = np.array([topics.index(one.topic) + 1 if one.topic else 0 for one in own])
    ages = np.array([one.min_age or 0 for one in own])
    loader.add(
        Course,
        {
            "id": np.arange(1, len(own) + 1),
            "code": [one.code for one in own],
            "field_id": np.array([fields.index(one.field) + 1 for one in own]),
            "title": [one.title for one in own],
            "title_en": [one.title_en for one in own],
            "outline": [one.outline for one in own],
            "sessions": np.array([one.sessions for one in own]),
            "minutes": np.array([one.minutes for one in own]),
            "needs": [one.needs for one in own],
            "audience": [one.audience for one in own],
            "qualifications": sets(np.array(masks, dtype=np.int64), asked),
            "min_age": np.ma.array(ages, mask=ages == 0),
            "topic_id": np.ma.array(topic, mask=topic == 0),
            "division_id": np.full(len(own), city),
            "is_active": np.ones(len(own), np.bool_),
            "offered_by_id": None,
            "offered_at": np.full(len(own), at),
        },
    )
