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


# New models


def part_of(name, of):
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("thing", models.ForeignKey(of, models.PROTECT)),
    ]
    return ModelState("people", name, fields, {"indexes": [], "constraints": []})


def grow(state):
    """A part of the thing, and a part of the part; then the thing and the part change."""
    state.add_model(part_of("Part", "people.Thing"))
    state.add_model(part_of("Bolt", "people.Part"))
    state.add_field("people", "thing", "name", models.CharField(max_length=9), True)
    spare = models.ForeignKey("people.Bolt", models.SET_NULL, null=True)
    state.add_field("people", "thing", "spare", spare, True)
    state.add_field("people", "part", "inside", models.ForeignKey("self", models.CASCADE), True)
    state.add_field("people", "bolt", "size", models.IntegerField(default=4), False)
    state.alter_field(
        "people", "part", "thing", models.OneToOneField("people.Thing", models.CASCADE), True
    )


def relations(state):
    """Of every model: its fields with what they point to, and who points to it."""
    found = {}
    for model in state.apps.get_models():
        meta = model._meta
        # A field points to the model that stands, not to one drawn before it.
        assert all(
            field.related_model is state.apps.get_model(field.related_model._meta.label)
            for field in meta.get_fields(include_hidden=True)
            if field.is_relation
        )
        found[meta.label] = (
            [(field.name, type(field).__name__, field.default) for field in meta.local_fields],
            sorted(one.related_model._meta.label for one in meta.related_objects),
        )
    return found


def test_a_new_model_is_tied_to_those_that_stand_as_if_all_were_drawn_anew():
    usual, quick = a_state(), a_state()

    grow(usual)
    with migrating.told_and_not_redrawn():
        grow(quick)

    assert relations(quick) == relations(usual)
    assert relations(quick)["people.Thing"][1] == ["people.Part"]
    assert relations(quick)["people.Bolt"][1] == ["people.Thing"]


def test_a_further_field_is_put_into_the_model_that_stands():
    state = a_state()
    state.add_model(part_of("Part", "people.Thing"))
    thing, part = (
        state.apps.get_model("people", "Thing"),
        state.apps.get_model("people", "Part"),
    )

    with migrating.told_and_not_redrawn():
        main = models.ForeignKey("people.Part", models.SET_NULL, null=True)
        state.add_field("people", "thing", "main", main, True)

    assert state.apps.get_model("people", "Thing") is thing
    assert thing._meta.get_field("main").related_model is part
    assert [one.related_model for one in part._meta.related_objects] == [thing]


def test_for_a_new_model_the_others_are_not_drawn_again():
    state = a_state()
    before = state.apps.get_model("people", "Thing")

    with migrating.told_and_not_redrawn():
        state.add_model(part_of("Part", "people.Thing"))

    assert state.apps.get_model("people", "Thing") is before
