"""What is packed for a statement comes out of it as it went in."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import rows

pytestmark = pytest.mark.django_db
TYPES = {
    "number": "bigint", "name": "text", "held": "boolean", "at": "timestamptz", "day": "date",
    "who": "uuid",
}  # fmt: skip
# PostgreSQL keeps neither zero characters nor half of a pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
MOMENTS = st.integers(-(2**31), 2**32).map(
    lambda seconds: datetime.fromtimestamp(seconds + 0.5, timezone(timedelta(hours=8)))
)


def through(given):
    with connection.cursor() as cursor:
        cursor.execute(rows.sql(TYPES), [rows.packed(TYPES, given)])
        return cursor.fetchall()


def test_each_kind_comes_out_as_it_went_in_and_nothing_as_nothing():
    whole = (2**63 - 1, "茶山“村”\n'\"\\", False, datetime(2022, 7, 17, 1, 2, 3, 456789, UTC),
             date(2022, 7, 17), UUID(int=7))  # fmt: skip
    nothing = (None,) * len(TYPES)

    assert through([whole, nothing]) == [whole, nothing]
    assert through([]) == []


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), TEXTS, MOMENTS), max_size=5))
def test_whatever_is_in_it(given):
    packed = [(number, name, True, at, at.date(), UUID(int=1)) for number, name, at in given]

    assert through(packed) == packed


def test_a_row_of_another_length_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        rows.packed(TYPES, [(1, "too short")])
