"""No page about one person is shown to an office without a line in the journal."""

import ast

import pytest
from django.conf import settings

# Whoever reads one of these shows one person to somebody who may be of an office.
OF_ONE_PERSON = {
    "office_person", "credit_page", "hold_page", "case_line", "contest_page", "entry_page",
    "card_to_print", "shown_to", "papers_of", "cares_of", "lecturer_case",
}  # fmt: skip
# Answers with sums to whoever submitted it.
SILENT = {("hours/api/record.py", "_seen")}


def pages():
    root = settings.ROOT / "xinfeng"
    for file in sorted({*root.glob("*/views/*.py"), *root.glob("*/views.py"),
                        *root.glob("*/api.py"), *root.glob("*/api/*.py")}):  # fmt: skip
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                called = {
                    ast.unparse(call.func).rpartition(".")[2]
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call)
                }
                yield str(file.relative_to(root)), node.name, called


SHOWING = [page for page in pages() if page[2] & OF_ONE_PERSON and page[:2] not in SILENT]


@pytest.mark.parametrize(
    "called", [page[2] for page in SHOWING], ids=[f"{page[0]}:{page[1]}" for page in SHOWING]
)
def test_a_page_about_one_person_notes_who_looked(called):
    assert "note_view" in called


def test_the_readers_of_one_person_are_still_called_so():
    assert {"office_person", "credit_page", "hold_page", "case_line", "contest_page"} <= {
        name for _file, _name, called in SHOWING for name in called
    }
