"""Why this person, and why nobody: the numbers of a plan in words for people.

What is kept is codes and numbers, so that each reader gets it in their own language. No
sentence names a person.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from xinfeng.activities import vocabulary
from xinfeng.base import pack
from xinfeng.base.pack import Term
from xinfeng.dispatch.models import Order
from xinfeng.people.models import PartOfDay

_DATABASE = ("OperationalError", "InterfaceError")
# Of the wished stretches so many are named one by one.
_NAMED = 3


class Why(models.TextChoices):
    """Why an order stays unserved: the first condition that leaves nobody."""

    NOBODY_ABLE = "NOBODY_ABLE", gettext_lazy("nobody able to do it")
    NOBODY_NEAR = "NOBODY_NEAR", gettext_lazy("nobody near enough")
    NOBODY_FREE = "NOBODY_FREE", gettext_lazy("nobody free at that time")
    OTHERS_NEED_THEM = "OTHERS_NEED_THEM", gettext_lazy("all are needed elsewhere")
    ALL_ASKED = "ALL_ASKED", gettext_lazy("all who fit said no")
    TIME_PASSED = "TIME_PASSED", gettext_lazy("the wished time is over")
    NOT_YET = "NOT_YET", gettext_lazy("wished for later than plans reach")
    NO_POSITION = "NO_POSITION", gettext_lazy("nobody knows where it is")


def unserved(why: str, details: Mapping[str, Any]) -> str:
    """One sentence on why nobody was found, like “No one with a driving licence within 8 km …”.

    `details`: skills, qualifications, language, age, km, nearest_m, when ([[day, part], …]),
    asked, found and people; each may be missing.
    """
    said = _REASONS[Why(why)](details)
    if (found := details.get("found")) and (people := details.get("people")):
        only = _("Only %(found)s of %(people)s people were found.")
        return _joined([only % {"found": found, "people": people}, said])
    return said


def proposal(why: Mapping[str, Any]) -> list[str]:
    """Short phrases on why this person is proposed, the most telling first."""
    phrases = [
        _distance(why),
        *_haves(why),
        _free(why),
        _load(why),
        _rating(why),
    ]
    return [phrase for phrase in phrases if phrase]


def needs(details: Mapping[str, Any]) -> str:
    """What an order asks of a person, in words; empty: nothing in particular."""
    return _listed(_wanted(details))


def asked_of(order: Order) -> dict[str, Any]:
    """What an order asks, as `needs` says it."""
    return {
        "skills": order.item.skills,
        "qualifications": order.item.qualifications,
        "language": order.language,
        "age": order.item.min_age,
    }


def failed(problem: str) -> str:
    """Why a plan broke off, in words for whoever asked for it."""
    if problem == "stalled":
        return _("The worker stopped before the plan was ready. Ask for it once more.")
    if problem in _DATABASE:
        return _("The database could not be reached meanwhile. Ask for it once more.")
    if problem == "MemoryError":
        return _("It was too large for this machine. Ask for it area by area.")
    # The name of the error is for whoever runs the machine, so it stays.
    return _(
        "Something unforeseen happened. Ask for it once more; if it breaks off again, tell"
        " whoever runs the system: %(name)s."
    ) % {"name": problem}


def when(stretches: Iterable[Sequence[Any]]) -> str:
    """Stretches of time in words: Tuesday 1 December, morning."""
    days = [(date.fromisoformat(str(on)), PartOfDay(part)) for on, part in stretches]
    if not days:
        return ""
    if len(days) <= _NAMED:
        return _alternatives([_stretch(on, part) for on, part in days])
    first, last = min(days)[0], max(days)[0]
    if first == last:
        return _alternatives([_day(first)])
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def distance(metres: int) -> str:
    """Under a kilometre in steps of 100 m: where somebody lives is known by village only."""
    if metres < 1000:
        return _("%(metres)s m") % {"metres": max(round(metres, -2), 100)}
    return _("%(km)s km") % {"km": f"{metres / 1000:.1f}"}


def _nobody_able(details: Mapping[str, Any]) -> str:
    if who := needs(details):
        return _("There is no one %(who)s in the area.") % {"who": who}
    return _("There is no volunteer in the area.")


def _nobody_near(details: Mapping[str, Any]) -> str:
    who, km = needs(details), details["km"]
    if (far := details.get("nearest_m")) is None:
        if who:
            return _("No one %(who)s lives within %(km)s km.") % {"who": who, "km": km}
        return _("No volunteer lives within %(km)s km.") % {"km": km}
    words = {"who": who, "km": km, "far": distance(far)}
    if who:
        return (
            _("No one %(who)s lives within %(km)s km; the nearest lives %(far)s away.") % words
        )
    return _("No volunteer lives within %(km)s km; the nearest lives %(far)s away.") % words


def _nobody_free(details: Mapping[str, Any]) -> str:
    words = {
        "who": needs(details),
        "km": details["km"],
        "when": when(details.get("when", ())),
    }
    if words["who"] and words["when"]:
        return _("No one %(who)s within %(km)s km is free %(when)s.") % words
    if words["when"]:
        return _("No volunteer within %(km)s km is free %(when)s.") % words
    if words["who"]:
        return _("No one %(who)s within %(km)s km is free.") % words
    return _("No volunteer within %(km)s km is free.") % words


def _others_need_them(details: Mapping[str, Any]) -> str:
    if who := needs(details):
        return _("Everyone %(who)s who is near and free is needed for other orders.") % {
            "who": who
        }
    return _("Everyone who is near and free is needed for other orders.")


def _all_asked(details: Mapping[str, Any]) -> str:
    asked = int(details.get("asked", 0))
    if not asked:
        return _("All who fit were asked already and cannot come.")
    return ngettext(
        "%(count)s person who fits was asked already and cannot come.",
        "All %(count)s people who fit were asked already and cannot come.",
        asked,
    ) % {"count": asked}


_REASONS: dict[Why, Callable[[Mapping[str, Any]], str]] = {
    Why.NOBODY_ABLE: _nobody_able,
    Why.NOBODY_NEAR: _nobody_near,
    Why.NOBODY_FREE: _nobody_free,
    Why.OTHERS_NEED_THEM: _others_need_them,
    Why.ALL_ASKED: _all_asked,
    Why.TIME_PASSED: lambda details: _("The wished time is over; agree on another one."),
    Why.NOT_YET: lambda details: _("It is wished for later; it is planned three weeks before."),
    Why.NO_POSITION: lambda details: _("Where it is to be served has no position on the map."),
}


def _wanted(details: Mapping[str, Any]) -> list[str]:
    """With what, able to what, knowing which language, of what age."""
    terms = pack.load(settings.CITY_PACK)
    found = [
        *(_("with %(name)s") % {"name": _paper(_named(code, terms.qualifications))}
          for code in details.get("qualifications", ())),
        *(_("skilled in %(name)s") % {"name": _named(code, terms.skills)}
          for code in details.get("skills", ())),
    ]  # fmt: skip
    if language := details.get("language"):
        found.append(_("who knows %(name)s") % {"name": language_name(language)})
    if age := details.get("age"):
        found.append(_("aged %(age)s or over") % {"age": age})
    return found


def language_name(code: str) -> str:
    return vocabulary.named([code], pack.load(settings.CITY_PACK).languages)


def _named(code: str, terms: Iterable[Term]) -> str:
    """English names stand in the middle of a sentence here."""
    name = vocabulary.named([code], terms)
    return name[:1].lower() + name[1:]


def _paper(name: str) -> str:
    """A certificate with its article, where the language has one."""
    if _is_chinese():
        return name
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def _distance(why: Mapping[str, Any]) -> str:
    if (metres := why.get("metres")) is None:
        return ""
    return _("lives %(far)s away") % {"far": distance(metres)}


def _haves(why: Mapping[str, Any]) -> list[str]:
    terms = pack.load(settings.CITY_PACK)
    held = [
        *(_("holds %(name)s") % {"name": _paper(_named(code, terms.qualifications))}
          for code in why.get("qualifications", ())),
        *(_("skilled in %(name)s") % {"name": _named(code, terms.skills)}
          for code in why.get("skills", ())),
    ]  # fmt: skip
    if language := why.get("language"):
        held.append(_("knows %(name)s") % {"name": language_name(language)})
    return held


def _free(why: Mapping[str, Any]) -> str:
    words = when(why.get("when", ()))
    if not words:
        return ""
    if why.get("is_free") is None:
        return _("has not said when they are free")
    if not why["is_free"]:
        return _("is usually not free %(when)s") % {"when": words}
    return _("free %(when)s") % {"when": words}


def _load(why: Mapping[str, Any]) -> str:
    if (load := why.get("load")) is None:
        return ""
    if not load:
        return _("served no order in the last 90 days")
    return ngettext(
        "served %(count)s order in the last 90 days",
        "served %(count)s orders in the last 90 days",
        load,
    ) % {"count": load}


def _rating(why: Mapping[str, Any]) -> str:
    if "rating" not in why:
        return ""
    if (rating := why["rating"]) is None:
        return _("not rated yet")
    return _("rated %(points)s of 5") % {"points": f"{rating / 100:.1f}"}


def _stretch(on: date, part: PartOfDay) -> str:
    return _("%(day)s, %(part)s") % {"day": _day(on), "part": part.label}


def _day(on: date) -> str:
    if _is_chinese():
        return f"{on.month}月{on.day}日周{'一二三四五六日'[on.weekday()]}"
    return f"{on:%A} {on.day} {on:%B}"


def _alternatives(words: Sequence[str]) -> str:
    """In English the days of a sentence carry their own preposition."""
    if _is_chinese():
        return "或".join(words)
    return "on " + " or ".join(words)


def _listed(words: Sequence[str]) -> str:
    if _is_chinese():
        return "、".join(words)
    return " and ".join(words) if len(words) < _NAMED else ", ".join(words)


def _joined(sentences: Sequence[str]) -> str:
    return ("" if _is_chinese() else " ").join(sentences)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
