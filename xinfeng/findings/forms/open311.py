"""What a program sends over Open311, read before anything is asked of the database."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal
from xinfeng.findings.models import SnapReport
from xinfeng.findings.queries.requests import Asked
from xinfeng.findings.wishes import Answers, Upload

SPAN = timedelta(days=90)
USUAL_PAGE, LARGEST_PAGE, LAST_PAGE = 100, 1000, 100
MOST_NUMBERS = 1000
_ATTRIBUTE = re.compile(r"attribute\[([a-z][a-z0-9_]{0,39})\](\[[0-9]{0,3}\])?", re.ASCII)
_PICTURES = re.compile(r"media(_[0-9]{1,2}|\[[0-9]{0,2}\])?", re.ASCII)
_STATES = {"open", "closed"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ReportForm(forms.Form):
    """The arguments of POST Service Request; those of devices and accounts are not kept."""

    service_code = forms.SlugField(max_length=40)
    description = forms.CharField(max_length=SnapReport.LONGEST)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    long = forms.FloatField(required=False, min_value=-180, max_value=180)
    address_string = forms.CharField(required=False, max_length=200)
    # A village or township by its twelve digits, where no position is known.
    address_id = forms.RegexField(r"^[1-9][0-9]{11}$", required=False)
    first_name = forms.CharField(required=False, max_length=40)
    last_name = forms.CharField(required=False, max_length=40)
    phone = forms.CharField(required=False, max_length=20)
    email = forms.EmailField(required=False, max_length=100)
    # Told back that it is not fetched, and not kept.
    media_url = forms.CharField(required=False, max_length=500)
    api_key = forms.CharField(required=False, max_length=100)

    def spot(self) -> tuple[int, int] | None:
        lat, lon = self.cleaned_data["lat"], self.cleaned_data["long"]
        return None if lat is None or lon is None else (round(lat * 1e6), round(lon * 1e6))

    def name(self) -> str:
        """Family name first, as it is said here."""
        given = self.cleaned_data
        parts = [given["last_name"], given["first_name"]]
        plain = "".join(parts).isascii()
        return (" " if plain else "").join(reversed(parts) if plain else parts).strip()

    def text(self) -> str:
        """What is wrong, and where as the sender put it in words."""
        given = self.cleaned_data
        where = given["address_string"]
        said = _("%(text)s (where: %(where)s)") % {"text": given["description"], "where": where}
        return said if where else str(given["description"])


def report_of(post: QueryDict) -> ReportForm:
    form = ReportForm(post)
    if not form.is_valid():
        raise _wrong(form)
    given = form.cleaned_data
    if (given["lat"] is None) != (given["long"] is None):
        raise Refusal("where_missing", _("A position needs lat and long."))
    return form


def answers_of(post: QueryDict) -> Answers:
    """`attribute[CODE]`, and `attribute[CODE][]` where several may be chosen."""
    found: dict[str, list[str]] = {}
    for name in post:
        if told := _ATTRIBUTE.fullmatch(name):
            found.setdefault(told[1], []).extend(post.getlist(name))
    return {code: said[0] if len(said) == 1 else said for code, said in found.items()}


def pictures_of(files: MultiValueDict[str, Any]) -> tuple[Upload, ...]:
    """Files called `media`, `media[]` or `media_1`; what they hold is looked into later."""
    given = [one for name in files if _PICTURES.fullmatch(name) for one in files.getlist(name)]
    return tuple(Upload(one.file, one.name) for one in given)


class ListForm(forms.Form):
    """The arguments of GET Service Requests; `page` and `page_size` as many servers have."""

    service_request_id = forms.CharField(required=False, max_length=20_000)
    service_code = forms.CharField(required=False, max_length=500)
    start_date = forms.CharField(required=False, max_length=40)
    end_date = forms.CharField(required=False, max_length=40)
    status = forms.CharField(required=False, max_length=40)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)
    page_size = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)

    def numbers(self) -> list[str]:
        found = _parts(self.cleaned_data["service_request_id"])
        if len(found) > MOST_NUMBERS:
            raise Refusal("too_many_numbers", _("At most a thousand numbers at once."))
        return found

    def window(self) -> tuple[int, int]:
        """Where the page begins, and how long it is."""
        size = self.cleaned_data["page_size"] or USUAL_PAGE
        return ((self.cleaned_data["page"] or 1) - 1) * size, size

    def asked(self, now: datetime) -> Asked:
        """Ninety days at most; the newest, where nothing is said."""
        since, until = self._moment("start_date"), self._moment("end_date")
        states = _parts(self.cleaned_data["status"].lower())
        if set(states) - _STATES:
            raise Refusal("status_unknown", _("status is open or closed."))
        if until is None:
            until = now if since is None else min(now, since + SPAN)
        since = max(since or _EPOCH, until - SPAN)
        return Asked(since, until, _parts(self.cleaned_data["service_code"]), states)

    def _moment(self, name: str) -> datetime | None:
        text = self.cleaned_data[name].replace(" ", "+")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            # Far from the ends of the calendar, where spans have no beginning.
            if found.tzinfo is None or not _EPOCH.year <= found.year < 9000:
                raise ValueError
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refusal(
                "moment_wrong",
                _("%(name)s is a moment with its zone, such as 2022-07-17T08:00:00Z.")
                % {"name": name},
            ) from None


def list_of(query: QueryDict) -> ListForm:
    form = ListForm(query)
    if not form.is_valid():
        raise _wrong(form)
    return form


def mark_of(seed: bytes) -> UUID:
    """A mark that is the same for the same sender and the same Idempotency-Key."""
    return UUID(bytes=seed[:16], version=4)


def _parts(text: str) -> list[str]:
    return [part for part in (one.strip() for one in text.split(",")) if part]


def _wrong(form: forms.Form) -> Refusal:
    said = [
        f"{name}: {' '.join(str(e) for e in errors)}" for name, errors in form.errors.items()
    ]
    return Refusal("arguments_wrong", "; ".join(said))
