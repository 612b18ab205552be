"""What a surveyor's phone is told: which households, what was tried there, and what to ask.

The seed of the draw never leaves the server: whoever knew it could tell which adult is chosen
before the list is made. Each household gets its own few numbers, for as many adults as a list
may have.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from xinfeng.base import scope
from xinfeng.base.sampling import number, start
from xinfeng.surveys.contacts import address_of
from xinfeng.surveys.models import (
    Attempt,
    Mode,
    Sample,
    SampleCommunity,
    SampleUnit,
    SurveyState,
)

MOST_ADULTS = 12


def told_to(person_id: int) -> dict[str, Any]:
    """The households at whose doors somebody asks, of surveys in the field."""
    with scope.reading(person_id=person_id, spans=()):
        units = list(
            SampleUnit.objects.filter(
                person=person_id, sample__mode=Mode.HOUSEHOLD,
                sample__survey__state=SurveyState.IN_FIELD,
            ).order_by("community__division_id", "number")
        )  # fmt: skip
        tries = _tries(unit.pk for unit in units if not unit.is_final)
    samples = Sample.objects.select_related("survey__questionnaire")
    found = samples.filter(pk__in={unit.sample_id for unit in units}).order_by("survey__code")
    names = _names(units)
    return {
        "person": person_id,
        "surveys": [
            _survey(each, [u for u in units if u.sample_id == each.pk], names, tries)
            for each in found
        ],
    }


def adult_numbers(seed: str, household: str) -> dict[str, list[int]]:
    """What `drawing.adults` needs of the seed, and nothing else of it.

    `kish[n - 1]` is the place on a list of n; `ties` ranks those whose birthdays are equal.
    """
    places = range(MOST_ADULTS)
    ranked = sorted(places, key=lambda place: number(seed, f"{household}\t{place}"))
    return {
        "kish": [start(seed, household, below) for below in range(1, MOST_ADULTS + 1)],
        "ties": [ranked.index(place) for place in places],
    }


def _tries(units: Iterable[int]) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = defaultdict(list)
    for each in Attempt.objects.filter(unit__in=list(units)).order_by("on", "pk"):
        found[each.unit_id].append(each)
    return found


def _names(units: Sequence[SampleUnit]) -> dict[int, tuple[int, str]]:
    drawn = SampleCommunity.objects.filter(pk__in={unit.community_id for unit in units})
    rows = drawn.values_list("pk", "division_id", "division__name")
    return {pk: (code, name) for pk, code, name in rows}


def _survey(
    sample: Sample, units: Sequence[SampleUnit], names: dict[int, tuple[int, str]],
    tries: dict[int, list[Attempt]],
) -> dict[str, Any]:  # fmt: skip
    survey = sample.survey
    seed = sample.seed
    communities: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for unit in units:
        told = _household(unit, tries.get(unit.pk, []), adult_numbers(seed, unit.code))
        communities[unit.community_id].append(told)
    return {
        "code": survey.code, "name": survey.name, "name_en": survey.name_en,
        "since": survey.since.isoformat(), "until": survey.until.isoformat(),
        "adult": sample.adult, "document": survey.questionnaire.document,
        "communities": [
            {"code": str(names[pk][0]), "name": names[pk][1], "households": households}
            for pk, households in communities.items()
        ],
    }  # fmt: skip


def _household(
    unit: SampleUnit, tries: Sequence[Attempt], numbers: dict[str, list[int]]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": unit.code, "number": unit.number, "disposition": unit.disposition,
        "is_final": unit.is_final, "attempts": unit.attempts,
    }  # fmt: skip
    if unit.is_final:
        return told
    agreed = [each for each in tries if each.again_on]
    return told | {
        "address": address_of(unit),
        "tries": [
            {"on": each.on.isoformat(), "part": each.part, "disposition": each.disposition}
            for each in tries
        ],
        # What was agreed last, unless somebody came since.
        "again": {"on": agreed[-1].again_on.isoformat(), "part": agreed[-1].again_part}
        if agreed and agreed[-1].again_on and unit.disposition == "COME_AGAIN" else None,
        **numbers,
    }  # fmt: skip
