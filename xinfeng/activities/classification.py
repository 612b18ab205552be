"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("activities.Category", public="code name name_en")
declare("activities.Programme", public="code name name_en")
declare("activities.Project", public="name content starts_on ends_on")
declare(
    "activities.Activity",
    public="code title held_on recorded_on due_on content conditions risks protection contact"
    " meeting_point lat_e6 lon_e6 fence_m rrule insurance insured_from insured_until",
    internal="deputies reminded_after",
)
declare("activities.Shift", public="capacity", internal="cell")
declare(
    "activities.Post",
    public="name capacity conditions skills qualifications min_age max_age",
)
declare("activities.Signup", internal="grade")
declare(
    "activities.CheckIn",
    internal="client_id skew_s device_counter",
    personal="distance_band_m accuracy_band_m is_inside",
)
declare("activities.Device", internal="fingerprint public_key")
declare("activities.Keyholder", internal="code label")
declare("activities.Card", internal="code")
declare("activities.CalendarLink", internal="code")
declare("activities.Kiosk", internal="code")
declare("activities.CodeTally", internal="tries")
