"""The code of the moment: as RFC 6238 computes it, and good for its moment alone."""

from datetime import UTC, datetime, timedelta

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.activities import door, evidence, passes
from xinfeng.activities.evidence import Evidence, grade

MOMENTS = st.integers(10**9, 4 * 10**9).map(lambda s: datetime.fromtimestamp(s, UTC))
CODES = st.text("23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=4, max_size=12)
RFC_KEY = b"12345678901234567890123456789012"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (59, "46119246"),
        (1111111109, "68084774"),
        (1111111111, "67062674"),
        (1234567890, "91819424"),
        (2000000000, "90698825"),
        (20000000000, "77737706"),
    ],
)
def test_digits_are_those_of_rfc_6238_for_sha_256(seconds, told):
    assert door.digits(RFC_KEY, seconds // 30, 8) == told


@given(CODES, MOMENTS)
def test_what_is_shown_is_genuine_and_read_again_from_code_or_address(activity, at):
    seen = door.shown(activity, at)

    assert door.is_genuine(seen)
    assert seen.is_of(at)
    assert door.read(str(seen)) == seen
    assert door.read(f"https://city.example/C/{seen}/".lower()) == seen


@given(CODES, MOMENTS, st.integers(-90, 90))
def test_a_code_is_good_for_its_step_and_one_to_either_side(activity, at, seconds):
    seen = door.shown(activity, at)
    later = at + timedelta(seconds=seconds)

    steps = door.step_of(later) - door.step_of(at)

    assert seen.is_of(later) == (abs(steps) <= 1)


@given(CODES, MOMENTS, st.integers(0, 15), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_letter_changed_is_not_genuine(activity, at, place, letter):
    seen = door.shown(activity, at)
    mac = seen.mac[:place] + letter + seen.mac[place + 1 :]

    assert door.is_genuine(door.Seen(activity, seen.step, mac)) == (mac == seen.mac)


@given(CODES, MOMENTS)
def test_another_step_or_activity_has_another_code(activity, at):
    seen = door.shown(activity, at)

    assert not door.is_genuine(door.Seen(activity, seen.step + 1, seen.mac))
    assert not door.is_genuine(door.Seen(activity + "X", seen.step, seen.mac))


@given(CODES, MOMENTS)
def test_six_digits_hold_around_their_moment(activity, at):
    digits = door.digits_shown(activity, at)

    assert len(digits) == 6
    assert door.digits_hold(activity, digits, at)
    assert door.digits_hold(activity, digits, at + door.DIGITS_STEP)
    assert not door.digits_hold(activity, "", at)


@given(st.text(max_size=60))
def test_nonsense_is_no_code(text):
    seen = door.read(text)

    assert seen is None or not door.is_genuine(seen)


def test_the_address_in_the_code_fits_a_coarse_qr_code():
    seen = door.shown("K7JQ2M000123", datetime(2026, 7, 17, tzinfo=UTC))
    address = f"https://vol.hengyang.gov.cn/C/{seen}".upper()

    assert segno.make_qr(address, error="l").designator.startswith("3")


@given(CODES, CODES)
def test_a_pass_proves_itself_and_no_other(code, other):
    text = passes.signed("card", code)

    assert passes.code_of("card", text) == code
    assert passes.code_of("card", f"HTTPS://CITY.EXAMPLE/K/{text}".lower()) == code
    assert passes.code_of("kiosk", text) is None
    assert (passes.code_of("card", other + text[len(code) :]) is None) == (other != code)


@pytest.mark.parametrize(
    ("code", "presence", "leader", "told"),
    [
        (True, True, True, "A"),
        (True, True, False, "B"),
        (True, False, True, "B"),
        (False, True, True, "B"),
        (False, False, True, "C"),
        (True, False, False, ""),
        (False, True, False, ""),
        (False, False, False, ""),
    ],
)
def test_the_grade_follows_the_table(code, presence, leader, told):
    assert grade(Evidence(code, presence, leader)) == told


@given(st.floats(0, 20000))
def test_a_band_is_never_shorter_than_the_length(metres):
    band = evidence.band(metres)

    assert band is None or band >= metres
    assert (band is None) == (metres > evidence.BANDS_M[-1])
