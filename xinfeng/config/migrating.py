"""The first start in a fifth of the time: what models, fields, indexes and constraints cost.

Django draws a model and all that it touches anew for each index and constraint it meets, though
neither changes a field; and for each new model or field all others, since an account is near to
all. With some hundred of them that is most of the first start. Here the drawn model is told of
it instead, and a new one is drawn beside the others, as a program that starts draws its own;
the migrations, their order and their SQL stay the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field


@contextmanager
def told_and_not_redrawn() -> Iterator[None]:
    """Until the end of the block; in this process alone."""
    usual = {name: getattr(ProjectState, name) for name in _OURS}
    try:
        for name, ours in _OURS.items():
            setattr(ProjectState, name, ours)
        yield
    finally:
        for name, theirs in usual.items():
            setattr(ProjectState, name, theirs)


def _append(state: ProjectState, app: str, model: str, option: str, added: Any) -> None:
    options = state.models[app, model].options
    _tell(state, app, model, option, [*options[option], added])


def _remove(state: ProjectState, app: str, model: str, option: str, name: str) -> None:
    options = state.models[app, model].options
    _tell(state, app, model, option, [one for one in options[option] if one.name != name])


def _tell(state: ProjectState, app: str, model: str, option: str, now: list[Any]) -> None:
    state.models[app, model].options[option] = now
    # Drawn only once something has asked for it; then it is kept beside the state.
    if "apps" in state.__dict__:
        meta = state.apps.get_model(app, model)._meta
        setattr(meta, option, list(now))
        meta.original_attrs[option] = list(now)
        meta.__dict__.pop("total_unique_constraints", None)


_add_and_redraw = ProjectState.add_field


def _add_field(
    state: ProjectState, app: str, model: str, name: str, field: "Field[Any, Any]", kept: bool
) -> None:
    """A further field is put into the drawn model as into one that a program declares."""
    if "apps" not in state.__dict__ or field.many_to_many:
        _add_and_redraw(state, app, model, name, field, kept)
        return
    if not kept:
        field = field.clone()
        field.default = NOT_PROVIDED
    state.models[app, model].fields[name] = field
    if state._relations is not None:  # type: ignore[attr-defined]
        state.resolve_model_field_relations((app, model), name, field)
    state.apps.get_model(app, model).add_to_class(name, field.clone())
    # What others know of this model, inherit from it or point to it with.
    state.apps.clear_cache()


_redraw = ProjectState.reload_model


def _draw(state: ProjectState, app: str, model: str, delay: bool = False) -> None:
    """One that is new is drawn alone: it ties itself to those that stand."""
    if "apps" not in state.__dict__:
        return
    if (app, model) not in state.models or _is_drawn(state, app, model):
        _redraw(state, app, model, delay)
        return
    state.apps.render_multiple([state.models[app, model]])


def _is_drawn(state: ProjectState, app: str, model: str) -> bool:
    return model in state.apps.all_models[app]


_OURS = {
    "_append_option": _append,
    "_remove_option": _remove,
    "add_field": _add_field,
    "reload_model": _draw,
}
