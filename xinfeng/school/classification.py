"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("school.Field", public="code name name_en position category")
declare("school.Series", public="code title title_en outline starts_on ends_on")
declare(
    "school.Course",
    public="code title title_en outline sessions minutes needs audience qualifications min_age",
)
declare("school.Material", public="code title media_type size digest")
declare("school.MaterialFile", public="content")
declare(
    "school.Lecturer",
    # What they write of themselves to be read by everybody.
    public="code bio honour honour_source",
    internal="capacity_a_week reason paused_until",
    personal="reach_m evenings",
)
declare(
    "school.ClassRequest",
    internal="code wished_from evenings begins_minute heads room group note why_numbers reason",
)
declare(
    "school.Timetable",
    internal="code first_week weeks seed progress placed kept unplaced travel_m cost_m bound_m"
    " failure",
)
declare(
    "school.NightClass",
    public="code room group first_on begins_minute ends_minute sessions_count quota reason",
    internal="travel_m decline_text",
)
declare("school.Session", public="number on room group reason")
declare("school.WalkIns", public="heads")
declare("school.ClassRating", internal="content teaching arrangement", personal="comment")
