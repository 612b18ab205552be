"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("insight.MonthlyFigure", public="figure month numerator denominator rows")
declare("insight.RollUp", internal="as_of journal_snapshot")
