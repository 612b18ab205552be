"""What acts on one finding have in common: where they are posted, and pictures with them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, BinaryIO, TypeVar, cast

from ninja.files import UploadedFile
from ninja.params.functions import File

from xinfeng.base.contract import answers
from xinfeng.findings.wishes import Upload
from xinfeng.people.tokens import Scope, needs

from .one import FindingSheet
from .routing import router

# Files of a form; django-ninja wants a list, and never changes it.
Pictures = Annotated[list[UploadedFile], File()]
NONE: list[UploadedFile] = []
View = TypeVar("View", bound=Callable[..., Any])


def act(path: str, summary: str) -> Callable[[View], View]:
    """All are posted to the finding's address and answer with its sheet."""
    return router.post(
        f"/findings/{{code}}{path}",
        response=answers(FindingSheet),
        auth=needs(Scope.OFFICE),
        summary=summary,
    )


def uploads(given: Sequence[UploadedFile] | None) -> tuple[Upload, ...]:
    """What was sent as files; what they hold is looked into where they are kept."""
    return tuple(Upload(cast(BinaryIO, one.file), one.name or "") for one in given or ())
