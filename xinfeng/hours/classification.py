"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("hours.Credit", internal="minutes earned_on source_id grade")
declare("hours.Hold", internal="rule earned_on details", personal="appeal_text finding")
declare(
    "hours.AuditDraw",
    public="month checkpoint_size permille seed population",
    internal="first_word second_word",
)
declare("hours.AuditCase", personal="finding")
declare("hours.Leaf", public="index commitment", internal="kind record_id")
declare("hours.Checkpoint", public="size root note at")
declare("hours.Sequence", internal="journal_snapshot credits_up_to")
declare(
    "hours.Certificate",
    internal="code first_on last_on service_minutes training_minutes credit_ids digest body",
    personal="reason",
)
declare("hours.Star", public="number level awarded_on ended_on")
declare(
    "hours.StarApplication", internal="level minutes notice_from notice_until",
    personal="refusal",
)  # fmt: skip
declare("hours.StarObjection", personal="words")
declare("hours.StarBan", internal="starts_on ends_on", personal="ground")
declare("hours.Day", internal="day taken")
declare("hours.DayFilling", internal="clashes")
declare("hours.HourEntry", internal="title evidence", personal="remark")
declare("hours.EntryLine", internal="on minutes credited_minutes")
declare("hours.Evidence", internal="kind sha256", personal="content")
declare("hours.Contest", internal="due_on", personal="text")
declare("hours.Objection", personal="text", sensitive="address_digest")
