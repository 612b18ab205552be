import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import masking, phone

numbers = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(str.isascii)


@given(numbers)
def test_a_number_is_read_however_it_is_typed(text):
    for typed in (
        text, f" {text[:3]} {text[3:7]}-{text[7:]}", f"+86 {text}", f"0086{text}",
        text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):  # fmt: skip
        assert phone.parse(typed) == text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1380000123", "has 11 digits; this one has 10"),
        ("", "digits only"),
        ("1380000123x", "digits only"),
        ("12800001234", "13 to 19"),
        ("138٠٠٠٠1234", "digits only"),
    ],
)
def test_a_refusal_says_what_is_wrong(typed, reason):
    with translation.override("en"), pytest.raises(phone.BadPhone, match=reason):
        phone.parse(typed)


@given(numbers)
def test_a_masked_number_hides_its_middle(text):
    assert masking.number(text) == f"{text[:3]}****{text[7:]}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("430405199003070042", "4304**********0042"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_other_numbers_show_their_ends_at_most(text, shown):
    assert masking.number(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("王小梅", "王**"), ("李", "李*"), ("欧阳娜娜", "欧***"), ("𬭊明", "𬭊*"), ("", "")],
)
def test_a_masked_name_shows_its_first_sign(text, shown):
    assert masking.name(text) == shown
