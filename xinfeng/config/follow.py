"""Who follows what: which figures a journal verb touches. One table, no signals.

A verb of orders, of findings or of the night school that moves no figure stands in `SILENT`, so
that a new one is not forgotten.
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

CLASSES = ("classes_held", "class_sessions", "village_class_coverage", "place_class_sessions")
# Who came to a class: learners known, and those who were only counted.
LEARNERS = ("class_learners", "class_attendances")
# An order comes in; through a place it also shows that the place's channel is in use.
ORDERED = ("orders_placed", "orders_open", "place_orders", "place_order_channel_open")
# An order ends, whatever for. Of one that was served, lateness may be known only now.
ENDED = ("orders_open", "orders_done", "orders_on_time")
CLOSED = (*ENDED, "orders_unrated", "orders_rated_share")
# A duplicate no longer counts, at whichever step it was.
FUNNEL = (*ORDERED, "orders_verified", "orders_dispatched", "orders_accepted")
# What a finding counts for, wherever it stands; and no longer, once it is none or a duplicate.
FINDING = ("findings_found", "findings_open", "findings_verified", "findings_on_time",
           "findings_sent_back", "findings_reopened")  # fmt: skip
REPORTED = ("snap_closed", "snap_rated")
SETTLED = ("findings_closed", "findings_open", *REPORTED)
VERIFIED = ("findings_verified", "findings_reopened")
REOPENED = (*SETTLED, *VERIFIED, "findings_on_time")
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
    "signup.arrived": LEARNERS,
    "signup.left": ("service_minutes", "active_volunteers", *LEARNERS),
    "session.walked_in": LEARNERS,
    "session.heads_counted": ("class_walk_ins",),
    "class.rated": ("class_satisfaction",),
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
    "order.placed": ORDERED,
    "order.verified": ("orders_verified",),
    "order.merged": FUNNEL,
    "order.refused": ("orders_open", "orders_unserved"),
    "order.transferred": (*ENDED, "orders_unserved"),
    # Given back, or what the person had ordered is cancelled.
    "order.account_ended": (*ENDED, "orders_unserved"),
    "order.cancelled": (*ENDED, "orders_unserved"),
    "order.dispatched": ("orders_dispatched",),
    "order.opened": ("orders_dispatched",),
    "order.taken": ("orders_dispatched", "orders_accepted"),
    "order.taken_by_team": ("orders_dispatched", "orders_accepted"),
    "order.accepted": ("orders_accepted",),
    "order.time_changed": ("orders_accepted",),
    # An order may be held, and goes on, while it waits for a call after its service.
    "order.resumed": ("orders_dispatched", "orders_accepted", "orders_done", "orders_on_time"),
    "order.confirmed": ("orders_done", "orders_on_time"),
    "order.rated": (*CLOSED, "orders_rated", "order_satisfaction", "order_fees_asked"),
    "order.unrated": CLOSED,
    "order.settled": CLOSED,
    "order.held": ("orders_done", "orders_on_time"),
    "order.dispatched_again": ("orders_done", "orders_on_time", "orders_rated"),
    "complaint.made": ("order_complaints",),
    "finding.raised": FINDING,
    "finding.refused": FINDING,
    "finding.merged": (*FINDING, *REPORTED),
    "snap.joined": (*FINDING, *REPORTED),
    "finding.ordered": ("findings_on_time",),
    "finding.repaired": ("findings_on_time",),
    "finding.verified": (*VERIFIED, "findings_sent_back"),
    "finding.sent_back": ("findings_sent_back",),
    "finding.closed": SETTLED,
    "finding.closed_by_time": SETTLED,
    "finding.reopened": REOPENED,
    "snap.not_satisfied": REOPENED,
    "extension.granted": ("findings_on_time",),
    "appeal.made": ("findings_on_time",),
    "appeal.rejected": ("findings_on_time",),
    # It ends the finding, gives it to another unit, or finds the repair good after all.
    "appeal.upheld": (*FINDING, *VERIFIED),
    # Whichever survey it is, the newest one is looked for anew.
    "survey.published": ("resident_satisfaction",),
    "snap.reported": ("snap_reports", "snap_praise", *REPORTED),
    "snap.rated": ("snap_satisfaction", "snap_rated"),
}

# Orders and classes go on without any of their figures moving.
SILENT = frozenset({
    "order.drafted", "order.redrafted", "order.draft_ended", "order.absorbed",
    "order.asked_more", "order.passed_on", "order.joined", "order.scheduled",
    "order.given_back", "order.returned", "order.begun", "order.served", "order.missed",
    "order.closed_shift", "order.denied", "order.not_reached", "order.warned",
    "order.overdue", "order.escalated", "order.contact_opened",
    "order.moved_account", "order.words_erased", "offer.declined", "offer.lapsed",
    "offer.withdrawn", "complaint.answered", "complaint.overdue", "plan.asked_for",
    "plan.begun", "plan.kept", "plan.done", "plan.failed", "menu.brought", "menu.renewed",
    "course.offered", "course.renewed", "course.withdrawn", "series.opened",
    "series.called_off", "material.added", "material.removed", "lecturer.applied",
    "lecturer.changed", "lecturer.approved", "lecturer.refused", "lecturer.honoured",
    "lecturer.paused", "lecturer.resumed", "lecturer.ended", "class_request.asked",
    "class_request.withdrawn", "class_request.refused", "class_request.unplaced",
    "timetable.asked", "timetable.started", "timetable.worked_out", "timetable.failed",
    "timetable.published", "class.placed", "class.withdrawn", "class.proposed",
    "class.accepted", "class.declined", "class.published", "class.called_off",
    "class.resized", "class.ended", "session.called_off", "session.moved",
    "session.accepted", "session.declined", "class.asked_again",
    "enrolment.taken", "enrolment.waiting", "enrolment.promoted", "enrolment.cancelled",
    "enrolment.lapsed", "enrolment.moved",
    "finding.confirmed", "finding.praised", "finding.absorbed", "finding.reminded",
    "finding.taken_up", "finding.warned", "finding.overdue", "finding.escalated",
    "extension.asked", "extension.refused", "appeal.overdue", "snap.contact_opened",
    "snap.moved_account", "snap.account_ended",
})  # fmt: skip
