"""Who may do what with forms, phones and submissions. Pure questions."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE, UPPER_OFFICES

# Whoever goes out with a form.
FILLERS = OFFICES | {Role.INSPECTOR, Role.SURVEYOR}


def may_keep_forms(standing: Standing, owner: tuple[int, int]) -> bool:
    """Upload, publish and close: the city's and counties' offices, each over its own."""
    return standing.covers_all(*owner, UPPER_OFFICES)


def may_fill(standing: Standing, owner: tuple[int, int]) -> bool:
    """Whoever inspects or surveys within the form's area, or over the whole of it."""
    lo, hi = owner
    return any(low < hi and lo < high for low, high in standing.spans(FILLERS))


def may_read_form(standing: Standing, owner: tuple[int, int]) -> bool:
    """Who keeps it, whoever looks on from above, and whoever fills it in."""
    return may_read_drafts(standing, owner) or may_fill(standing, owner)


def may_read_drafts(standing: Standing, owner: tuple[int, int]) -> bool:
    return may_keep_forms(standing, owner) or may_see_submissions(standing, owner[0])


def may_go_out(standing: Standing) -> bool:
    return bool(standing.spans(FILLERS))


def may_issue(standing: Standing, person_id: int, division_id: int) -> bool:
    """A phone for oneself; for others the office above them."""
    return standing.person_id == person_id or standing.covers(division_id, OFFICES)


def may_see_submissions(standing: Standing, division_id: int) -> bool:
    """The offices above the form's owner, and the auditor: never whoever is looked at."""
    return standing.covers(division_id, SEES_PEOPLE)


def may_withdraw(standing: Standing, division_id: int, person_id: int) -> bool:
    """The office that owns the form, but nobody takes back what they sent themselves."""
    return standing.covers(division_id, UPPER_OFFICES) and standing.person_id != person_id


def may_amend(standing: Standing, division_id: int, person_id: int) -> bool:
    """Who sent it, or the office that owns the form."""
    return standing.person_id == person_id or standing.covers(division_id, UPPER_OFFICES)
