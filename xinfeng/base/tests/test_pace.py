from xinfeng.base import pace
from xinfeng.base.pace import Pace


def test_so_many_at_once_and_then_one_by_one():
    two_a_minute = Pace(2, 60)

    assert [two_a_minute.take("mei", now) for now in (0, 0)] == [0, 0]
    assert two_a_minute.take("mei", 0) == 30
    assert two_a_minute.take("mei", 29) == 1
    assert two_a_minute.take("mei", 30) == 0
    assert two_a_minute.take("mei", 30) == 30


def test_a_refused_call_costs_nothing():
    one = Pace(1, 60)
    one.take("mei", 0)

    for now in range(1, 60):
        one.take("mei", now)

    assert one.take("mei", 60) == 0


def test_one_who_asks_much_takes_nothing_from_others():
    one = Pace(1, 60)
    one.take("mei", 0)

    assert one.take("lan", 0) == 0


def test_without_a_limit_nobody_waits():
    assert {Pace(0, 60).take("mei", 0) for _ in range(100)} == {0}


def test_strangers_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(pace, "KEYS", 10)
    limited = Pace(1, 60)

    for stranger in range(100):
        limited.take(str(stranger), 0)

    assert len(limited._empty_at) <= 11
