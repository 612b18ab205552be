"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("places.Division", public="code level name name_en valid_from valid_until")
declare("places.Place", public="code name name_en tier kind state address lon_e6 lat_e6")
declare("places.Spell", public="state starts_on ends_on")
declare("places.Facility", public="kind name area_m2 seats items starts_on ends_on")
declare("places.OpeningHours", public="weekday opens_minute closes_minute starts_on ends_on")
declare("places.OpeningException", public="on opens_minute closes_minute reason")
declare("places.Headcount", public="kind heads volunteers counted_on replaced_on")
declare("places.Duty", internal="starts_on ends_on")
declare("places.Sheet", internal="name content digest")
