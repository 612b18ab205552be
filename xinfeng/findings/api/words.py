"""Words of fixed lists, as the contract says them; a schema of each would bear a name that
other rooms use for their own lists."""

from typing import Annotated

from pydantic import StringConstraints

from xinfeng.findings.models import (
    REFUSALS,
    REOPENS,
    SENDS_BACK,
    Cause,
    Ground,
    Source,
    State,
    Term,
    Verdict,
    Warned,
)

StateWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(State)})$")]
SourceWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Source)})$")]
TermWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Term)})$")]
VerdictWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Verdict)})$")]
CauseWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Cause)})$")]
GroundWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Ground)})$")]
RefusalWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(REFUSALS)})$")]
ReopenWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(REOPENS)})$")]
ReturnWord = Annotated[str, StringConstraints(pattern=f"^({'|'.join(SENDS_BACK)})$")]
Colour = Annotated[str, StringConstraints(pattern=f"^({'|'.join(w.name for w in Warned)})$")]
