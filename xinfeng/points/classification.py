"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("points.Merchant", public="code name address hours_note", internal="clerks")
declare("points.Reward", public="code title description price_points supplied stock")
declare(
    "points.Redemption",
    internal="client_id code price_points redeemed_on refunded_on refund_reason",
)
declare("points.PickUpTally", internal="tries")
declare("points.Account", internal="balance spare_minutes")
declare("points.Posting", internal="points posted_on")
declare("points.Earning", internal="earned_on minutes points")
declare("points.Debt", internal="points paid")
declare("points.Reading", internal="counts_since expired_year told_year")
