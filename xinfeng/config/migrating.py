"""The first start in a third of the time: what models, indexes and constraints cost there.

Django draws a model and all that it touches anew for each index and constraint it meets, though
neither changes a field; and for each new model all others, since an account is near to all.
With some hundred of them that is most of the first start. Here the drawn model is told of it
instead, and a new one is drawn beside the others, as a program that starts draws its own; the
migrations, their order and their SQL stay the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


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


_OURS = {"_append_option": _append, "_remove_option": _remove, "reload_model": _draw}
