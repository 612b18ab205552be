"""What runs beside the pages: jobs deferred by commands, and what time brings about."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xinfeng.access import commands as access
from xinfeng.activities import jobs as activities_jobs  # noqa: F401
from xinfeng.base import clock
from xinfeng.config.follow import TOUCHED
from xinfeng.dispatch import jobs as dispatch_jobs  # noqa: F401
from xinfeng.files import jobs as files_jobs  # noqa: F401
from xinfeng.findings import jobs as findings_jobs  # noqa: F401
from xinfeng.hours import jobs as hours_jobs  # noqa: F401
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.inspections import jobs as inspections_jobs  # noqa: F401
from xinfeng.people import jobs as people_jobs  # noqa: F401
from xinfeng.points import jobs as points_jobs  # noqa: F401
from xinfeng.school import jobs as school_jobs  # noqa: F401
from xinfeng.surveys import jobs as surveys_jobs  # noqa: F401
from xinfeng.teams import jobs as teams_jobs  # noqa: F401


@app.periodic(cron="* * * * * */20")
@app.task(name="follow_journal", queueing_lock="follow_journal", pass_context=False)
def follow_journal(timestamp: int) -> None:
    """Every 20 seconds the roll-ups take in what the journal tells."""
    now = clock.now()
    insight.follow_journal(
        names=published().names, touched_by=TOUCHED, as_of=clock.local_date(now), at=now
    )


@app.periodic(cron="17 3 * * *")
@app.task(name="forget_ended_tokens", queueing_lock="forget_ended_tokens", pass_context=False)
def forget_ended_tokens(timestamp: int) -> None:
    """Once a night the tokens go whose time is over."""
    access.forget_ended(at=timezone.now())
