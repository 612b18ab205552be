"""What an amended or withdrawn form said of a point counts no more: further rows say so."""

from collections.abc import Collection

from xinfeng.inspections.models import Reading, RoundPoint, RoundState, Verdict, VisitState

from .readings import Seen, says


def newest_of(seen: RoundPoint, chain: Collection[int]) -> dict[str, Reading]:
    """Of a form and its amendments the last reading of each line."""
    rows = seen.readings.filter(submission__in=chain).newest()
    return {each.line: each for each in rows}


def take_back(
    seen: RoundPoint, chain: Collection[int], how: Seen, *, but: Collection[str] = ()
) -> list[Reading]:
    """Lines go back to what was known of them without these submissions, or to not known.

    What an office has amended since then stays as the office said.
    """
    newest = {each.line: each for each in seen.readings.newest()}
    others = {each.line: each for each in seen.readings.exclude(submission__in=chain).newest()}
    rows = []
    for line in newest_of(seen, chain):
        counts, former = newest[line], others.get(line)
        if line in but or counts.submission_id not in chain:
            continue
        row = _again(seen, line, former, how)
        if says(row) != says(counts):
            rows.append(row)
    return Reading.objects.bulk_create(rows)


def send_again(seen: RoundPoint) -> None:
    """While the round is in the field, a point of which nothing is known is to be visited."""
    is_known = seen.readings.newest().values_list("verdict", flat=True)
    if seen.round.state != RoundState.IN_FIELD or seen.state != VisitState.VISITED:
        return
    if set(is_known) <= {Verdict.NOT_KNOWN}:
        seen.state, seen.visited_at = VisitState.TO_VISIT, None
        seen.save(update_fields=["state", "visited_at"])


def _again(seen: RoundPoint, line: str, former: Reading | None, how: Seen) -> Reading:
    row = Reading(
        round_point=seen, division_id=seen.division_id, line=line, verdict=Verdict.NOT_KNOWN,
        by=how.by, at=how.at, submission_id=how.submission_id,
    )  # fmt: skip
    if former is not None:
        row.verdict, row.value, row.note = former.verdict, former.value, former.note
        row.seen_at, row.out_of = former.seen_at, former.out_of
        row.submission_id = former.submission_id
    return row
