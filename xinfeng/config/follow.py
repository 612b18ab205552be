"""Who follows what: which figures a journal verb touches. One table, no signals.

A verb that moves no published figure stands in `SILENT`, so that a new one is not forgotten.
"""

PLACES = ("places", "centres", "institutes", "stations", "bases", "village_coverage")
HAVES = (
    "place_have_venue",
    "place_have_team",
    "place_have_activities",
    "place_have_projects",
    "place_have_mechanism",
    "standard_score",
)

# Followed at once; who came is counted when somebody asks.
CLASSES = ("classes_held", "class_sessions", "village_class_coverage")
RECORDS = ("activities_overdue", "activities_recorded_in_time")

TOUCHED: dict[str, tuple[str, ...]] = {
    "place.added": PLACES,
    "place.moved": PLACES,
    "place.opened": PLACES,
    "place.suspended": PLACES,
    "place.closed": PLACES,
    "place.imported": PLACES,
    "division.merged": PLACES,
    "division.imported": PLACES,
    "person.relative_registered": ("volunteers", "active_volunteers"),
    "person.registered": ("volunteers", "active_volunteers"),
    "person.closed": ("volunteers", "active_volunteers"),
    "person.erased": ("volunteers", "active_volunteers"),
    "person.merged": ("volunteers", "active_volunteers"),
    "guardianship.confirmed": ("volunteers", "active_volunteers"),
    "guardianship.withdrawn": ("volunteers", "active_volunteers"),
    "team.founded": ("teams",),
    "team.approved": ("teams",),
    "points.counted": ("points_in_circulation",),
    "points.expired": ("points_in_circulation",),
    "reward.redeemed": ("points_in_circulation", "redemptions"),
    "reward.refunded": ("points_in_circulation", "redemptions"),
    "team.dissolved": ("teams",),
    "activity.held": (
        "activities_held",
        "activities_in_month",
        "categories_in_use",
        *RECORDS,
        *CLASSES,
    ),
    "activity.recorded": RECORDS,
    "signup.left": ("service_minutes", "active_volunteers"),
    "credit.reversed": ("service_minutes", "active_volunteers"),
    "entry.confirmed": ("service_minutes", "active_volunteers"),
    "contest.corrected": ("service_minutes", "active_volunteers"),
    "credits.transferred": ("active_volunteers",),
    "unit.added": ("units",),
    "unit.ended": ("units",),
    "point.added": ("points",),
    "point.closed": ("points",),
    "unit_sheet.imported": ("units", "points"),
    "star.awarded": ("star_volunteers",),
    "star.replaced": ("star_volunteers",),
    "standard.evaluated": HAVES,
}
