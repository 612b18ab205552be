"""What is seeded is what the program could have written: verbs and codes that have words."""

import numpy as np
import pytest

from xinfeng.dispatch.models import (
    CANCELLATIONS,
    HOLDS,
    REFUSALS,
    CallOutcome,
    Channel,
    ComplaintKind,
    Decline,
    Reason,
    Relation,
    Verified,
)
from xinfeng.journal import commands as journal
from xinfeng.school.models import ClassState, DeclineReason, EnrolmentState
from xinfeng.simulate import (
    classes,
    learners,
    order_rows,
    order_steps,
    order_words,
    orders,
    school_rows,
)


def test_every_seeded_verb_has_its_sentence_in_the_journal():
    assert set(order_steps.VERBS) <= journal.sentences().keys()


@pytest.mark.parametrize(
    ("seeded", "choices"),
    [
        (order_rows.REASONS, Reason),
        (order_rows.HOW, Verified),
        (orders.CHANNELS, Channel),
        (orders.RELATIONS, Relation),
        (order_words.DECLINES, Decline),
        (order_words.OUTCOMES, CallOutcome),
        (list(order_words.WORDS), ComplaintKind),
        (classes.STATES, ClassState),
        (school_rows.DECLINES, DeclineReason),
        (learners.STATES, EnrolmentState),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_seeded_code_is_one_that_the_program_knows(seeded, choices):
    assert set(seeded) - {""} <= set(choices.values)


def test_an_order_ends_or_waits_for_a_reason_of_its_own_kind():
    state = np.array([orders.REFUSED, orders.CANCELLED, orders.ON_HOLD] * 200)
    drawn = order_rows.reasons_of(state, np.random.default_rng(1))

    given = [{order_rows.REASONS[k] for k in drawn[first::3]} for first in range(3)]

    assert given[0] <= set(REFUSALS)
    assert given[1] <= set(CANCELLATIONS)
    assert given[2] <= set(HOLDS)
