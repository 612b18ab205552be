"""Our way to write a record down is RFC 8785's, byte for byte."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base.canonical import LARGEST_NUMBER, canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abz_019"), inner),
)


@given(st.dictionaries(st.text("abz_019"), VALUES))
def test_it_equals_the_library(record):
    assert canonical(record) == rfc8785.dumps(record)


@pytest.mark.parametrize("value", [1.5, float("nan"), LARGEST_NUMBER + 1, {"键": 1}, b"x"])
def test_what_would_be_written_in_two_ways_is_refused(value):
    with pytest.raises(ValueError, match=r"must be|not a whole"):
        canonical({"value": value})
