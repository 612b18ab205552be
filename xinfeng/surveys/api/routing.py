"""One for all modules of this room, and the values that several of them speak of."""

from typing import Annotated

from ninja import Router
from pydantic import StringConstraints

from xinfeng.surveys.models import Domain, Mode, Statistic

router = Router(tags=["surveys"])
PAGE = 50
# Numbers are small and many; a list of them pages in larger steps.
NUMBERS = 500


def among(*values: str) -> StringConstraints:
    return StringConstraints(pattern=f"^({'|'.join(values)})$")


SurveyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
QuestionCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,30}$")]
Way = Annotated[str, among(*Mode.values)]
Divided = Annotated[str, among(*Domain.values)]
Said = Annotated[str, among(*Statistic.values)]
