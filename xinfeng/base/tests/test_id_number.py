"""ID numbers of GB 11643: the standard's own examples, and every way to mistype one."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import assume, example, given
from hypothesis import strategies as st

from xinfeng.base.id_number import BadIdNumber, age_on, check_sign, masked, parse

TODAY = date(2022, 7, 18)
# The two examples printed in GB 11643-1999.
WOMAN, MAN = "11010519491231002X", "440524188001010014"


@st.composite
def id_numbers(draw):
    born_on = draw(st.dates(date(1900, 1, 1), TODAY))
    region = draw(st.integers(110000, 659999))
    order = draw(st.integers(0, 999))
    first = f"{region}{born_on:%Y%m%d}{order:03d}"
    return first + check_sign(first)


def test_the_examples_of_the_standard_are_read():
    woman, man = parse(WOMAN, on=TODAY), parse(MAN, on=TODAY)

    assert (woman.born_on, woman.is_female, woman.region) == (
        date(1949, 12, 31),
        True,
        "110105",
    )
    assert (man.born_on, man.is_female) == (date(1880, 1, 1), False)


@given(id_numbers())
def test_a_right_number_is_read_however_it_is_typed(text):
    spaced = f" {text[:6]} {text[6:14]}-{text[14:].lower()} "
    wide = text.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))

    assert parse(spaced, on=TODAY) == parse(wide, on=TODAY) == parse(text, on=TODAY)
    assert parse(text, on=TODAY).text == text


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(text, at, by):
    wrong = text[:at] + str((int(text[at]) + by) % 10) + text[at + 1 :]

    with pytest.raises(BadIdNumber):
        parse(wrong, on=TODAY)


@given(id_numbers(), st.integers(0, 16))
def test_two_digits_in_the_wrong_order_are_always_noticed(text, at):
    assume(text[at] != text[at + 1])
    wrong = text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    with pytest.raises(BadIdNumber):
        parse(wrong, on=TODAY)


@given(st.text(max_size=20))
@example("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٠")
@example("²" * 18)
def test_anything_else_is_refused_in_a_sentence_that_does_not_repeat_it(text):
    with pytest.raises(BadIdNumber) as refused:
        parse(text, on=TODAY)

    assert str(refused.value)
    assert len(text) < 3 or text not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("110105491231002", "old number of 15 digits"),
        ("11010519491231002", "has 18 signs; this one has 17"),
        ("1101051949123100AX", "only the last sign may be an X"),
        ("110105194913310020", "no date"),
        ("110105202302290021", "no date"),
        ("110105202212310022", "cannot be right"),
        ("110105179912310022", "cannot be right"),
        ("110105194912310021", "last sign"),
    ],
)
def test_a_refusal_says_what_is_wrong(typed, reason):
    with translation.override("en"), pytest.raises(BadIdNumber, match=reason):
        parse(typed, on=TODAY)


def test_people_grow_older_on_their_birthday():
    born_on = date(2008, 7, 18)

    assert age_on(born_on, date(2022, 7, 17)) == 13
    assert age_on(born_on, date(2022, 7, 18)) == 14
    assert age_on(date(2008, 2, 29), date(2022, 2, 28)) == 13
    assert age_on(date(2008, 2, 29), date(2022, 3, 1)) == 14
    assert age_on(None, TODAY) is None


def test_a_masked_number_shows_its_ends_only():
    assert masked(WOMAN) == "1101**********002X"
    assert masked("12345") == "*****"
