"""What is written as a calendar is read back by the library as it was meant."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from xinfeng.base import calendars
from xinfeng.base.calendars import Event, Standing

CHINA = timezone(timedelta(hours=8))
NINE = datetime(2022, 7, 17, 9, tzinfo=CHINA)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90)


def an_event(**more):
    fields = {
        "uid": "shift-1@xinfeng", "title": "河道清洁", "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=2),
    }  # fmt: skip
    return Event(**fields | more)


def read(*events, name="我的班次"):
    return Calendar.from_ical(calendars.written(name, events, at=NINE))


def test_an_entry_is_read_back_with_its_times_in_utc():
    calendar = read(
        an_event(
            where="茶山村码头", about="带水；带帽子", href="https://city.example/activities/RIVER/",
            position=(26_893_000, 112_572_000), standing=Standing.TENTATIVE,
        )
    )  # fmt: skip

    (entry,) = calendar.walk("VEVENT")
    assert entry.decoded("dtstart") == datetime(2022, 7, 17, 1, tzinfo=UTC)
    assert entry.decoded("dtend") - entry.decoded("dtstart") == timedelta(hours=2)
    assert (entry["summary"], entry["location"]) == ("河道清洁", "茶山村码头")
    assert (entry["description"], entry["status"]) == ("带水；带帽子", "TENTATIVE")
    assert entry["url"] == "https://city.example/activities/RIVER/"
    assert entry["geo"].to_ical() == "26.893;112.572"


def test_the_calendar_says_its_name_and_when_to_ask_again():
    raw = calendars.written("我的班次", [], at=NINE)
    calendar = Calendar.from_ical(raw)

    assert (calendar["version"], calendar["x-wr-calname"]) == ("2.0", "我的班次")
    assert calendar["method"] == "PUBLISH"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in raw


def test_an_entry_without_more_says_no_more():
    (entry,) = read(an_event()).walk("VEVENT")

    assert not {"location", "description", "url", "geo"} & {key.lower() for key in entry}


@given(title=WORDS, where=WORDS)
def test_whatever_is_written_into_it_breaks_no_line(title, where):
    raw = calendars.written("我", [an_event(title=title, where=where)], at=NINE)

    (entry,) = Calendar.from_ical(raw).walk("VEVENT")
    assert (str(entry["summary"]), str(entry["location"])) == (title, where)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
