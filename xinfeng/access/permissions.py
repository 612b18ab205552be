"""Who may do what with programs. Pure questions on a standing that is already read."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role


def may_keep_programs(standing: Standing) -> bool:
    """The list of programs is one for the whole city, so its office keeps it."""
    return bool(standing.spans({Role.CITY_OFFICE}))
