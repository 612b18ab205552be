"""Surveys, their samples and the households in them, for whoever runs them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from xinfeng.base import scope
from xinfeng.base.scope import Span
from xinfeng.people.models import Grant, Person, Role
from xinfeng.people.queries import masked_names
from xinfeng.places.models import Division
from xinfeng.surveys import personal_codes
from xinfeng.surveys.models import (
    Frame,
    QuestionnaireVersion,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    Surveyor,
    SurveyState,
    VersionState,
)


def web_codes(sample: Sample) -> dict[str, str]:
    """The personal code of each household of a sample on the web, by its own code."""
    with scope.whole_city():
        units = SampleUnit.objects.filter(sample=sample).order_by("pk")
        return personal_codes.codes_of(units.values_list("code", flat=True))


def surveys_held(spans: Iterable[Span]) -> QuerySet[Survey]:
    found = Survey.objects.filter(scope.reached(spans)).select_related("division")
    return found.order_by("-year", "-pk")


def surveys_page(spans: Sequence[Span], after: int, count: int) -> list[Survey]:
    """Published ones, and all within `spans`; in the order in which they were planned."""
    wanted = Q(state=SurveyState.PUBLISHED)
    if spans:
        wanted |= scope.reached(spans)
    found = Survey.objects.filter(wanted, pk__gt=after).select_related("division")
    return list(found.order_by("pk")[:count])


def surveys_published() -> QuerySet[Survey]:
    found = Survey.objects.filter(state=SurveyState.PUBLISHED).select_related("division")
    return found.order_by("-year", "-pk")


def surveys_asked_by(person: Person) -> list[tuple[Survey, set[str]]]:
    """The surveys in the field that name this surveyor, each with its ways of asking."""
    with scope.whole_city():
        named = Survey.objects.filter(surveyors__person=person, state=SurveyState.IN_FIELD)
        found = named.prefetch_related("samples").order_by("until", "pk")
        return [(each, {sample.mode for sample in each.samples.all()}) for each in found]


def frames_held(spans: Iterable[Span]) -> QuerySet[Frame]:
    return Frame.objects.filter(scope.reached(spans)).order_by("-as_of", "-pk")


def locked_versions(spans: Iterable[Span]) -> list[QuestionnaireVersion]:
    return list(
        QuestionnaireVersion.objects.filter(
            scope.reached(spans, "questionnaire__owner_id"), state=VersionState.LOCKED
        )
        .select_related("questionnaire")
        .order_by("questionnaire__code", "-number")
    )


def version_in(spans: Iterable[Span], code: str, number: int) -> QuestionnaireVersion | None:
    """Of an own questionnaire, locked or not."""
    found = QuestionnaireVersion.objects.filter(
        scope.reached(spans, "questionnaire__owner_id"), questionnaire__code=code, number=number
    )
    return found.first()


@dataclass(frozen=True)
class Drawn:
    """A sample with its strata, and how far its households are."""

    sample: Sample
    strata: Sequence[Stratum]
    communities: int
    households: int
    done: int
    complete: int


def samples_told(survey: Survey) -> list[Drawn]:
    """Four queries, whatever the number of samples."""
    samples = list(survey.samples.order_by("-is_headline", "pk").prefetch_related("strata"))
    with scope.whole_city():
        counted: dict[int, Mapping[str, Any]] = {
            row["sample_id"]: row
            for row in SampleUnit.objects.filter(sample__survey=survey)
            .values("sample_id")
            .annotate(
                households=Count("pk"), done=Count("pk", filter=Q(is_final=True)),
                complete=Count("pk", filter=Q(disposition="COMPLETE")),
                communities=Count("community", distinct=True),
            )
            .order_by("sample_id")
        }  # fmt: skip
    return [_told(each, counted.get(each.pk, {})) for each in samples]


def _told(sample: Sample, row: Mapping[str, Any]) -> Drawn:
    strata = sorted(sample.strata.all(), key=lambda one: one.key)
    return Drawn(
        sample, strata, row.get("communities", 0), row.get("households", 0),
        row.get("done", 0), row.get("complete", 0),
    )  # fmt: skip


def able_surveyors(survey: Survey, on: date) -> list[tuple[int, str]]:
    """Who may ask in the area, by masked name."""
    lo, hi = survey.division.span
    grants = Grant.objects.valid_on(on).filter(
        role=Role.SURVEYOR, division__gte=lo, division__lt=hi
    )
    people = sorted(set(grants.values_list("person_id", flat=True)))
    with scope.whole_city():
        names = masked_names(people)
    return [(pk, names.get(pk, str(pk))) for pk in people]


def surveyors_named(survey: Survey) -> list[tuple[int, str, int]]:
    """Number, masked name, and how many households each was given."""
    with scope.whole_city():
        named = list(
            Surveyor.objects.filter(survey=survey)
            .annotate(given=Count("units"))
            .order_by("number")
        )
        names = masked_names([each.person_id for each in named])
    return [(each.number, names.get(each.person_id, ""), each.given) for each in named]


@dataclass(frozen=True)
class Sheet:
    """A community of a sample, with its households by number."""

    community: SampleCommunity
    name: str
    township: str
    units: Sequence[SampleUnit]


def sample_sheets(sample: Sample) -> list[Sheet]:
    """Three queries, whatever the number of communities."""
    with scope.whole_city():
        communities = list(
            sample.drawn.select_related("stratum", "surveyor").order_by("division_id")
        )
        units: dict[int, list[SampleUnit]] = {each.pk: [] for each in communities}
        for unit in sample.units.order_by("number"):
            units[unit.community_id].append(unit)
    wanted = {each.division_id for each in communities}
    wanted |= {each.division_id // 1000 * 1000 for each in communities}
    names = dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [
        Sheet(
            each, names.get(each.division_id, ""),
            names.get(each.division_id // 1000 * 1000, ""), units[each.pk],
        )
        for each in communities
    ]  # fmt: skip


def county_names(counties: Iterable[int]) -> dict[int, str]:
    """By code; one that is gone is told by its code."""
    wanted = set(counties)
    names = dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {each: names.get(each, str(each)[:6]) for each in wanted}


@dataclass(frozen=True)
class Reached:
    """Of how many households it is known where they live and how they are called."""

    households: int
    addresses: int
    telephones: int


def reached_of(sample: Sample) -> Reached:
    with scope.whole_city():
        counted = sample.units.aggregate(
            households=Count("pk"), addresses=Count("pk", filter=~Q(address_sealed="")),
            telephones=Count("pk", filter=~Q(phone_sealed="")),
        )  # fmt: skip
    return Reached(**counted)
