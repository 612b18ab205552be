"""One router for all modules: an address that is read here and written there is one address."""

from typing import Annotated

from django.http import Http404
from ninja import Router
from pydantic import Field, StringConstraints

from xinfeng.fieldwork import queries
from xinfeng.fieldwork.models import Form, FormVersion, Submission
from xinfeng.people.tokens import TokenRequest

router = Router(tags=["fieldwork"])
LARGEST = 2**63 - 1
RowId = Annotated[int, Field(ge=1, le=LARGEST)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def known_form(request: TokenRequest, form_id: str) -> Form:
    found = queries.form_of(request.standing, form_id)
    if found is None:
        raise Http404
    return found


def known_version(request: TokenRequest, form_id: str, version: str) -> FormVersion:
    found = known_form(request, form_id).versions.filter(version=version)
    pk = found.values_list("pk", flat=True).first()
    seen = queries.version_of(request.standing, pk) if pk else None
    if seen is None:
        raise Http404
    return seen


def known_submission(request: TokenRequest, submission_id: int) -> Submission:
    # The database keeps no larger number, and would break off instead of finding nothing.
    found = (
        queries.submission_of(request.standing, submission_id)
        if 0 < submission_id <= LARGEST
        else None
    )
    if found is None:
        raise Http404
    return found
