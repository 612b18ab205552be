"""Rules of honest hours that need the activity, the roster and the check-ins.

Importing a module declares its rules; the order is that of the public page.
"""

from . import devices, rosters, scenes, seen, sites, teams

__all__ = ["devices", "rosters", "scenes", "seen", "sites", "teams"]
