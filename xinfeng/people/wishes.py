"""What is asked for, as forms and the interface hand it to a command."""

from dataclasses import dataclass
from datetime import date

# The longest statement that is kept.
LONGEST = 500


@dataclass(frozen=True)
class NewPerson:
    """What is entered of a person. Without a password nobody can sign in as them.

    `agreed` is the code of the registration text that the person read and agreed to.
    """

    username: str
    name: str
    password: str | None = None
    sex: str = ""
    born_on: date | None = None
    volunteers: bool = False
    id_number: str = ""
    phone: str = ""
    agreed: str = ""


@dataclass(frozen=True)
class Told:
    """A profile as its owner tells it; codes of the city pack."""

    skills: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    availability: int | None = None


@dataclass(frozen=True)
class Claim:
    """What somebody without an account says: which number, who they are, how to reach them."""

    id_number: str
    phone: str
    contact: str
    statement: str
