"""What is told while migrating is what Django would have drawn anew."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Q

from xinfeng.config import migrating

CHECK = models.CheckConstraint(name="counts_up", condition=Q(number__gte=0))
ONCE = models.UniqueConstraint(name="once", fields=["number"])
INDEX = models.Index(fields=["number"], name="by_number")


def a_state():
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("number", models.IntegerField())]
    options = {"indexes": [], "constraints": [CHECK]}
    state.add_model(ModelState("people", "Thing", fields, options))
    # Somebody has asked for the drawn model, as every migration with SQL does.
    assert state.apps.get_model("people", "Thing")._meta.constraints == [CHECK]
    return state


def drawn(state):
    meta = state.apps.get_model("people", "Thing")._meta
    return meta.indexes, meta.constraints, list(meta.total_unique_constraints)


def change(state):
    state.add_index("people", "thing", INDEX)
    state.add_constraint("people", "thing", ONCE)
    state.remove_constraint("people", "thing", CHECK.name)


def test_a_drawn_model_knows_its_indexes_and_constraints_as_if_drawn_anew():
    usual, quick = a_state(), a_state()

    change(usual)
    with migrating.told_and_not_redrawn():
        change(quick)

    assert drawn(quick) == drawn(usual) == ([INDEX], [ONCE], [ONCE])
    assert quick.models["people", "thing"].options == usual.models["people", "thing"].options


def test_the_model_is_not_drawn_again():
    state = a_state()
    before = state.apps.get_model("people", "Thing")

    with migrating.told_and_not_redrawn():
        change(state)

    assert state.apps.get_model("people", "Thing") is before


def test_afterwards_django_does_as_always():
    usual = ProjectState._append_option, ProjectState._remove_option

    with migrating.told_and_not_redrawn():
        assert ProjectState._append_option is not usual[0]

    assert (ProjectState._append_option, ProjectState._remove_option) == usual
