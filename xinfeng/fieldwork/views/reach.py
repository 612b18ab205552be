"""What the visitor may open: foreign and unknown get the same answer."""

from django.http import Http404

from xinfeng.fieldwork import queries
from xinfeng.fieldwork.models import Form, FormVersion
from xinfeng.people.http import SignedInRequest


def the_form(request: SignedInRequest, form_id: str) -> Form:
    found = queries.form_of(request.standing, form_id)
    if found is None:
        raise Http404
    return found


def the_version(request: SignedInRequest, version_id: int) -> FormVersion:
    found = queries.version_of(request.standing, version_id)
    if found is None:
        raise Http404
    return found
