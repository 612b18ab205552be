"""What runs beside the pages: jobs deferred by commands, and what time brings about."""

from procrastinate.contrib.django import app

from xinfeng.base import clock
from xinfeng.config.follow import TOUCHED
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published


@app.periodic(cron="* * * * * */20")
@app.task(name="follow_journal", queueing_lock="follow_journal", pass_context=False)
def follow_journal(timestamp: int) -> None:
    """Every 20 seconds the roll-ups take in what the journal tells."""
    now = clock.now()
    insight.follow_journal(
        names=published().names, touched_by=TOUCHED, as_of=clock.local_date(now), at=now
    )
