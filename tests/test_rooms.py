"""What import-linter cannot see: foreign keys written as strings, and the way back."""

import configparser
import re
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Field

ROOT = Path(__file__).resolve().parent.parent
LINTER = configparser.ConfigParser()
LINTER.read(ROOT / ".importlinter")
FLOORS = LINTER["importlinter:contract:rooms"]["layers"].split("\n")
FLOOR = {
    room: height
    for height, floor in enumerate(reversed(FLOORS))
    for room in re.findall(r"\w+", floor)
}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in FLOOR]


def test_foreign_keys_between_rooms_look_down_and_leave_no_way_back():
    for model in our_models():
        for field in model._meta.get_fields():
            if not (isinstance(field, Field) and field.remote_field):
                continue
            room, other = model._meta.app_label, field.related_model._meta.app_label
            if room == other or not {room, other} <= FLOOR.keys():
                continue
            # Django's own setting lets any floor point at the user.
            looks_down = FLOOR[room] > FLOOR[other] or field.related_model is get_user_model()
            assert looks_down, f"{field} looks up"
            assert field.remote_field.hidden, f"{field} needs related_name='+'"


def test_every_foreign_key_has_an_index(db):
    """A rule about all tables, asked of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, a.attname
            FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND NOT EXISTS (
                SELECT 1 FROM pg_index i
                WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
            """
        )
        bare = [row for row in cursor.fetchall() if row[0].split("_")[0] in FLOOR]
    assert bare == []
