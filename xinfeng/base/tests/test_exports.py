import pytest

from xinfeng.base.exports import plain


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_text_that_looks_like_a_formula_is_marked_as_text(text):
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize("value", ["王小梅", "1=1", "", -1, 1.5])
def test_anything_else_stays_as_it_is(value):
    assert plain(value) == value


def test_unknown_is_an_empty_cell():
    assert plain(None) == ""
