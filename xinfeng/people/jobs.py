"""Jobs of this room."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import delivering
from .commands import deliveries

# 3, 9, 27 … seconds, nearly three hours in all; then it stands among the failed jobs.
AGAIN = RetryStrategy(
    max_attempts=8, exponential_wait=3, retry_exceptions=[delivering.NotDelivered]
)


@app.task(name=deliveries.JOB, retry=AGAIN, pass_context=False)
def send_notice(notice_id: int) -> None:
    """Hand one notice to the gateway; run twice it may be sent twice, never not at all."""
    message = deliveries.to_send(notice_id=notice_id, at=clock.now())
    if message is not None:
        delivering.send(message.address, message.sentence)
        deliveries.mark_sent(notice_id=notice_id, at=clock.now())
