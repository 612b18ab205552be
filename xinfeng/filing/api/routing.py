"""One for all modules of this room, and the values that several of them speak of."""

from typing import Annotated

from ninja import Router
from pydantic import StringConstraints

from xinfeng.filing.models import Letter, PaperState, Part, SanctionState
from xinfeng.filing.queries import Stage

router = Router(tags=["online filing"])
PAGE = 50
LARGEST = 2**63 - 1
_PARTS, _PAPERS = "|".join(Part.values), "|".join(PaperState.values)
_STAGES, _SANCTIONS = "|".join(Stage), "|".join(SanctionState.values)
PartTaken = Annotated[str, StringConstraints(pattern=f"^({_PARTS})$")]
PaperStage = Annotated[str, StringConstraints(pattern=f"^({_PAPERS})$")]
TaskStage = Annotated[str, StringConstraints(pattern=f"^({_STAGES})$")]
SanctionStage = Annotated[str, StringConstraints(pattern=f"^({_SANCTIONS})$")]
GradeLetter = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Letter.values)})$")]
