"""No text that is typed is without an end, and none is longer than what keeps it."""

import inspect
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import pytest
from django import forms
from django.conf import settings

from xinfeng.base import crypto
from xinfeng.people.forms import NotMeForm, QualificationForm, StatementForm
from xinfeng.people.models import IdentityDispute, Qualification


def _forms_of(room: str) -> list[str]:
    """Modules with forms: one, or a folder of them."""
    found = [f"xinfeng.{room}.forms", f"xinfeng.{room}.forms_certificates"]
    there = [name for name in found if find_spec(name)]
    folders = [getattr(import_module(name), "__path__", None) for name in there]
    inside = [
        f"{name}.{part.name}"
        for name, folder in zip(there, folders, strict=True)
        for part in iter_modules(folder or [])
    ]
    return there + inside


MODULES = [name for room in settings.ROOMS for name in _forms_of(room)]
FORMS = {
    form
    for name in MODULES
    for form in vars(import_module(name)).values()
    if inspect.isclass(form) and issubclass(form, forms.Form) and form.__module__ == name
}
FIELDS = [
    pytest.param(field, id=f"{form.__name__}.{name}")
    for form in sorted(FORMS, key=lambda form: (form.__module__, form.__qualname__))
    for name, field in form.base_fields.items()
    if type(field) in {forms.CharField, forms.SlugField}
]
SEALED = [
    (NotMeForm, "contact", IdentityDispute, "contact_sealed"),
    (NotMeForm, "statement", IdentityDispute, "statement_sealed"),
    (StatementForm, "statement", IdentityDispute, "statement_sealed"),
    (QualificationForm, "number", Qualification, "number_sealed"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_a_text_field_says_how_much_it_takes(field):
    assert field.max_length


@pytest.mark.parametrize(("form", "name", "model", "column"), SEALED)
def test_the_longest_text_fits_its_column_when_it_is_sealed(form, name, model, column):
    # Rare characters of names take four bytes each.
    longest = "𬭊" * form.base_fields[name].max_length

    sealed = crypto.seal(longest, about=f"{column}:{2**40}")

    assert len(sealed) <= model._meta.get_field(column).max_length
