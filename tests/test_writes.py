"""Where writing may happen: in commands alone, each in one transaction with a journal entry."""

import ast
import inspect
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1] / "xinfeng"
ROOMS = [room for room in settings.ROOMS if room not in {"base", "journal", "simulate"}]
WRITES = {
    "save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create",
    "delete", "update",
}  # fmt: skip
MAY_WRITE = {"commands", "migrations", "tests", "management"}
# Forgetting failed tries after a right sign-in is upkeep; the lock itself is journalled. A
# notice is part of another command and of its entry; to read or forget one changes nothing.
UPKEEP = {
    ("people", "forget_tries"), ("people", "tell"), ("people", "tell_counts"),
    ("people", "mark_read"), ("people", "forget_notices"),
    # How far a job is, for the page that waits; its beginning and end are journalled.
    ("school", "tell_progress"),
    ("surveys", "tell_run"), ("surveys", "tell_report"),
    # Tokens whose time is over open nothing any more.
    ("access", "forget_ended"),
}  # fmt: skip


def _calls(file: Path):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _is_of_rows(call: ast.Call) -> bool:
    """`….objects.create(…)`, `row.save(…)`: a manager is named, or a row saves itself."""
    text = ast.unparse(call.func)
    if call.func.attr in {"save", "delete"}:
        return not any(other in text for other in ("cache", "form", "image"))
    return ".objects." in text or "_default_manager" in text


def _files(room: str):
    for file in sorted((ROOT / room).rglob("*.py")):
        inside = file.relative_to(ROOT / room)
        if not MAY_WRITE & {*inside.parts, inside.stem}:
            yield file


@pytest.mark.parametrize("room", ROOMS)
def test_rows_are_written_in_commands_only(room):
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno} {ast.unparse(call.func)}"
        for file in _files(room)
        for call in _calls(file)
        if call.func.attr in WRITES and _is_of_rows(call)
    ]
    assert found == []


def _commands(room: str):
    name = f"xinfeng.{room}.commands"
    if find_spec(name) is None:
        return
    module = import_module(name)
    public = getattr(module, "__all__", None) or [
        verb
        for verb, what in vars(module).items()
        if inspect.isfunction(what) and what.__module__ == name and not verb.startswith("_")
    ]
    for verb in public:
        what = getattr(module, verb)
        if inspect.isfunction(what) and (room, verb) not in UPKEEP:
            yield verb, what


ALL = [(room, verb, what) for room in ROOMS for verb, what in _commands(room)]


@pytest.mark.parametrize(
    ("room", "verb", "command"), ALL, ids=[f"{room}.{verb}" for room, verb, _ in ALL]
)
def test_a_command_is_told_who_and_when_and_takes_names_only(room, verb, command):
    parameters = inspect.signature(command).parameters
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values()), "keyword-only"
    if room == "insight":
        # Roll-ups are the program's own upkeep; nobody asks for them.
        return
    assert "at" in parameters


@pytest.mark.parametrize(
    ("room", "verb", "command"), ALL, ids=[f"{room}.{verb}" for room, verb, _ in ALL]
)
def test_a_command_writes_to_the_journal(room, verb, command):
    if room == "insight":
        pytest.skip("roll-ups follow the journal and do not write to it")
    module = inspect.getmodule(inspect.unwrap(command))
    assert module is not None
    assert _reaches_the_journal(module, inspect.unwrap(command).__name__, set())


def _reaches_the_journal(module, name: str, seen: set[str]) -> bool:
    """The function, or one of the same room that it calls, records an entry."""
    if name in seen:
        return False
    seen.add(name)
    function = getattr(module, name, None)
    if function is None or not inspect.isfunction(inspect.unwrap(function)):
        return False
    tree = ast.parse(inspect.getsource(inspect.unwrap(function)).lstrip())
    home = inspect.getmodule(inspect.unwrap(function)) or module
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        text = ast.unparse(call.func)
        if text in {"journal.record", "journal.record_many", "journal.record_sql"}:
            return True
        if isinstance(call.func, ast.Name) and _reaches_the_journal(home, text, seen):
            return True
    return False


def test_every_room_with_models_is_known_to_these_rules():
    own = {
        config.label for config in apps.get_app_configs() if config.name.startswith("xinfeng")
    }
    assert own >= set(ROOMS)
