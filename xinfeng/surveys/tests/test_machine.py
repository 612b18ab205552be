"""Surveys driven through all their states by chance: whatever an office does, in any order,

no state is skipped or gone back to, the bound secret and what was drawn never change, nobody
answers outside the field or twice, and after the close no household leads to its answers.
"""

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands, personal_codes, repeating
from xinfeng.surveys.commands import NewSample, Receipt
from xinfeng.surveys.models import (
    DayPart,
    Frame,
    Mode,
    Response,
    SampleUnit,
    Survey,
    SurveyState,
)

from .answers import GOOD, sheet
from .drawn_build import TODAY, a_made_frame, a_new, a_surveyor_person, at_the_door, the_office

pytestmark = pytest.mark.django_db
DAYS = 6
# Eight communities of four strata, one household of each: all there are.
HOUSEHOLDS = 8
OF_KIND = {
    "door": (Mode.HOUSEHOLD,),
    "letters": (Mode.WEB_CODE,),
    "both": (Mode.HOUSEHOLD, Mode.WEB_CODE),
    "open": (Mode.WEB_OPEN,),
}
# Said here once more: the test must not believe what it tests.
NEXT = {
    SurveyState.PLANNED: {SurveyState.DRAWN, SurveyState.IN_FIELD, SurveyState.CALLED_OFF},
    SurveyState.DRAWN: {SurveyState.IN_FIELD, SurveyState.CALLED_OFF},
    SurveyState.IN_FIELD: {SurveyState.CLOSED},
    SurveyState.CLOSED: set(),
    SurveyState.CALLED_OFF: set(),
}
ONCE = {
    "survey.planned": set(SurveyState),
    "survey.opened": {SurveyState.IN_FIELD, SurveyState.CLOSED},
    "survey.closed": {SurveyState.CLOSED},
    "survey.called_off": {SurveyState.CALLED_OFF},
}
STEPS = (commands.open_survey, commands.close_survey, commands.call_off_survey)
WHICH = st.integers(0, 2 * HOUSEHOLDS - 1)


def a_design(mode: Mode) -> NewSample:
    if mode == Mode.HOUSEHOLD:
        return at_the_door(communities=HOUSEHOLDS, per_community=1)
    if mode == Mode.WEB_CODE:
        return NewSample(mode, communities=HOUSEHOLDS, per_community=1)
    return NewSample(mode)


class Holding(RuleBasedStateMachine):
    """An office plans, draws, names, opens, closes, calls off; people answer; time passes."""

    number = 0

    def __init__(self) -> None:
        super().__init__()
        Holding.number += 1
        self.at = NINE
        self.refused: Counter[str] = Counter()
        self.states: list[SurveyState] = []
        self.bound: tuple[str, ...] = ()
        self.drawn: set[tuple[str, int]] = set()
        self.kept = 0
        self.asks = Person.objects.filter(username="lan").first() or a_surveyor_person()
        self.other = Person.objects.filter(username="other").first() or a_person("other")

    @property
    def survey(self) -> Survey:
        return Survey.objects.select_related("frame").get(code=self.new.code)

    def units(self) -> list[SampleUnit]:
        with scope.whole_city():
            found = SampleUnit.objects.filter(sample__survey__code=self.new.code)
            return list(found.select_related("sample", "person").order_by("pk"))

    def sheets(self) -> int:
        with scope.whole_city():
            return Response.objects.filter(sample__survey__code=self.new.code).count()

    def says(self, verb, **said):
        """Try it; a refusal is an answer like any other, and anything else is a mistake."""
        try:
            return verb(at=self.at, **said)
        except Refusal as refusal:
            self.refused[refusal.code] += 1
            return None

    def runs(self, verb, actor=None, **said):
        actor = actor or the_office()
        return self.says(verb, survey_id=self.survey.pk, actor=actor, **said)

    # What an office does

    @initialize(kind=st.sampled_from(sorted(OF_KIND)), far=st.sampled_from([3, 3, 2, 1, 0]))
    def plan(self, kind: str, far: int) -> None:
        """And so far on its straight way; by chance alone few would reach the field."""
        self.modes = OF_KIND[kind]
        frame = Frame.objects.filter(code="F1").first() or a_made_frame(each=2)
        self.new = a_new(
            f"M{Holding.number}", *(a_design(mode) for mode in self.modes), frame_id=frame.pk,
            until=TODAY + timedelta(DAYS),
        )  # fmt: skip
        self.plan_again()
        straight = (lambda: self.draw("4 6 1"), lambda: self.name(able=True), self.open)
        for move in straight[:far]:
            self.states_come_in_their_order()
            move()

    @rule()
    def plan_again(self) -> None:
        secret = uuid4().hex
        made = self.says(commands.plan_survey, new=self.new, secret=secret, actor=the_office())
        if made is not None:
            self.bound = self.bound or (secret, made.commitment)

    @rule(dice=st.sampled_from(["4 6 1", "2 2 5", " "]))
    def draw(self, dice: str) -> None:
        made = self.runs(commands.draw_survey, dice=dice)
        if made is not None and not self.drawn:
            self.drawn = {(unit.code, unit.number) for unit in self.units()}
            self.bound += (dice,)

    @rule(able=st.booleans())
    def name(self, able: bool) -> None:
        who = self.asks if able else self.other
        made = self.runs(commands.name_surveyors, people=[who.pk])
        assert made is None or able

    @rule()
    def open(self) -> None:
        self.runs(commands.open_survey)

    @rule()
    def close(self) -> None:
        waiting = any(not unit.is_final for unit in self.units())
        before = self.survey
        made = self.runs(commands.close_survey)
        if made is not None and not before.is_over:
            early = clock.local_date(self.at) < before.until
            assert not (early and (waiting or Mode.WEB_OPEN in self.modes))

    @rule()
    def call_off(self) -> None:
        # What has begun cannot be undone; what is planned is called off seldom enough.
        self.runs(commands.call_off_survey)

    @rule(step=st.sampled_from(STEPS))
    def a_stranger_tries(self, step) -> None:
        with pytest.raises(Forbidden):
            step(survey_id=self.survey.pk, actor=self.other, at=self.at)

    # What people say

    @rule(which=WHICH, agrees=st.booleans(), able=st.booleans())
    def answer(self, which: int, agrees: bool, able: bool) -> None:
        self.answer_of(which, agrees=agrees, able=able)

    def answer_of(self, which: int, *, agrees: bool, able: bool) -> None:
        units = self.units()
        if not units:
            return
        unit = units[which % len(units)]
        before, state = self.sheets(), self.survey.state
        if unit.sample.mode == Mode.WEB_CODE:
            code = personal_codes.code_of(unit.code)
            said = self.says(commands.answer_by_code, code=code, sheet=sheet(GOOD))
            taken = said == Receipt.RECEIVED
        else:
            taken = None is not self.says(
                commands.interview, unit_code=unit.code, key=uuid4(), sheet=sheet(GOOD),
                on=clock.local_date(self.at), part=DayPart.MORNING,
                pair=uuid4() if agrees else None,
                actor=self.asks if able else self.other,
            )  # fmt: skip
            assert able or not taken
        assert not taken or (state == SurveyState.IN_FIELD and not unit.is_final)
        assert self.sheets() == before + taken
        self.kept += taken

    @rule()
    def answer_in_the_open(self) -> None:
        sample = self.survey.samples.filter(mode=Mode.WEB_OPEN).first()
        if sample is None:
            return
        key, state = uuid4(), self.survey.state
        for wanted in (Receipt.RECEIVED, Receipt.ALREADY):
            said = self.says(
                commands.answer_open, open_code=sample.open_code, key=key, sheet=sheet(GOOD)
            )
            assert said in (None, wanted)
            assert said is None or state == SurveyState.IN_FIELD
            self.kept += said == Receipt.RECEIVED

    @rule(agrees=st.booleans())
    def everybody_answers(self, agrees: bool) -> None:
        for which in range(len(self.units())):
            self.answer_of(which, agrees=agrees, able=True)

    @rule(days=st.integers(0, 2))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days, minutes=5)

    # What is promised

    @invariant()
    def states_come_in_their_order(self) -> None:
        if not self.bound:
            return
        state = SurveyState(self.survey.state)
        if not self.states or self.states[-1] != state:
            assert not self.states or state in NEXT[self.states[-1]]
            self.states.append(state)
        told = Counter(
            Entry.objects.filter(subject=f"surveys.survey:{self.survey.pk}").values_list(
                "verb", flat=True
            )
        )
        for verb, states in ONCE.items():
            assert told[verb] == (state in states), (verb, state)
        assert told["survey.drawn"] == bool(self.drawn)

    @invariant()
    def what_was_bound_stays(self) -> None:
        if not self.bound:
            return
        found = self.survey
        assert (found.secret, found.commitment, found.dice) == (*self.bound, "")[:3]
        assert found.commitment == sha256(found.secret.encode()).hexdigest()
        units = self.units()
        assert {(unit.code, unit.number) for unit in units} == self.drawn
        lots = sum(mode != Mode.WEB_OPEN for mode in self.modes)
        assert len(units) in (0, lots * HOUSEHOLDS)
        if found.opened_at is not None and Mode.HOUSEHOLD in self.modes:
            assert all(u.person_id for u in units if u.sample.mode == Mode.HOUSEHOLD)

    @invariant()
    def answers_are_counted_once_and_lead_to_nobody(self) -> None:
        if not self.bound:
            return
        assert self.sheets() == self.kept
        units = self.units()
        if Mode.WEB_OPEN not in self.modes:
            assert sum(unit.is_final for unit in units) == self.kept
        if self.survey.is_over:
            assert not any(unit.pair or unit.web_digest for unit in units)
            with scope.whole_city():
                assert not Response.objects.exclude(pair=None).exists()

    def teardown(self) -> None:
        """From wherever it is, a survey comes to an end; and its draw can be repeated."""
        if not self.bound:
            return
        self.at = max(self.at, NINE + timedelta(days=DAYS + 1))
        self.runs(commands.close_survey)
        self.runs(commands.call_off_survey)
        assert self.survey.state in (SurveyState.CLOSED, SurveyState.CALLED_OFF)
        self.answers_are_counted_once_and_lead_to_nobody()
        if self.drawn:
            with scope.whole_city():
                assert repeating.check(self.survey).holds


Holding.TestCase.settings = settings(
    max_examples=16,
    phases=[Phase.generate],
    stateful_step_count=24,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
class TestHolding(Holding.TestCase):
    pass
