"""What is kept of an order between its steps."""

from dataclasses import replace
from datetime import date, timedelta

from xinfeng.base import crypto
from xinfeng.dispatch import drafts

TODAY = date(2022, 7, 17)
LONG = "字" * 300


def a_full_draft():
    return replace(
        drafts.begin("haircut"),
        when_said=True,
        days=("2022-07-18", "2022-07-20"),
        parts=(0, 2),
        division=430405007006,
        for_other=True,
        relation="NEIGHBOUR",
        name="王" * 30,
        phone="13800000000",
        address="区" * 120,
        note=LONG,
        agreed=True,
    )


def test_what_was_filled_in_comes_back_as_it_was():
    draft = a_full_draft()

    assert drafts.read(drafts.sealed(draft)) == draft


def test_the_longest_draft_fits_into_a_cookie():
    text = "".join(chr(0x4E00 + n * 37 % 20_000) for n in range(300))

    long = replace(a_full_draft(), note=text, address=text[:120], name=text[:60])

    assert len(drafts.sealed(long)) < drafts.MOST_BYTES


def test_a_cookie_tells_nothing_of_the_person_without_the_key():
    text = drafts.sealed(a_full_draft())

    assert "13800000000" not in text
    assert "王" not in text


def test_a_changed_or_foreign_cookie_is_no_draft():
    text = drafts.sealed(a_full_draft())

    assert drafts.read("") is None
    assert drafts.read(text[:-2]) is None
    assert drafts.read(crypto.seal("[]", about="order draft")) is None
    assert drafts.read(crypto.seal("nonsense", about="something else")) is None


def test_two_orders_never_share_a_number_or_a_secret():
    one, another = drafts.begin("haircut"), drafts.begin("haircut")

    assert one.code != another.code
    assert one.secret != another.secret


def test_chosen_days_become_their_weekdays_and_parts():
    wished = drafts.wished(a_full_draft(), TODAY)

    # 18 July 2022 is a Monday, the 20th a Wednesday; mornings and evenings.
    assert (wished.first, wished.last) == (date(2022, 7, 18), date(2022, 7, 20))
    assert wished.parts == 1 << 0 | 1 << 2 | 1 << 6 | 1 << 8


def test_days_without_a_part_mean_the_whole_day():
    draft = replace(a_full_draft(), days=("2022-07-18",), parts=())

    assert drafts.wished(draft, TODAY).parts == 0b111


def test_as_soon_as_possible_means_any_time_of_the_coming_week():
    draft = replace(drafts.begin("haircut"), when_said=True)

    wished = drafts.wished(draft, TODAY)

    assert draft.is_soon
    assert (wished.first, wished.last) == (TODAY, TODAY + timedelta(days=7))
    assert wished.parts is None
