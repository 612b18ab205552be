"""Matching: the best plan for all open orders at once, and a reason for each line of it.

Pure numbers in, pure numbers out: no database, no clock, no chance. `plan` is the one door.
"""

from .planning import plan
from .problem import Orders, Plan, Rules, Volunteers

__all__ = ["Orders", "Plan", "Rules", "Volunteers", "plan"]
