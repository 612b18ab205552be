"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("units.Unit", public="code name short_name since until")
declare("units.UnitMember", internal="division_id since until")
declare("units.PointType", public="code name name_en position")
declare("units.Point", public="code name address lat_e6 lon_e6 since until")
declare("units.Sheet", internal="name content digest added changed")
