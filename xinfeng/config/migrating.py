"""The first start in half the time: what a new index or constraint costs while migrating.

Django draws a model and all that it touches anew for each index and constraint it meets, though
neither changes a field. With some hundred of them that is most of the first start. Here the
drawn model is told of it instead; the migrations, their order and their SQL stay the same.
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


_OURS = {"_append_option": _append, "_remove_option": _remove}
