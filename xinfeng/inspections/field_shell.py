"""The shell of the pages on an inspector's phone, and the worker that keeps it."""

import json
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

FOLDER = settings.ROOT / "xinfeng" / "config" / "static"
SHELL = (
    "field/app.js",
    "field/checklist.js",
    "field/map.js",
    "field/outbox.js",
    "field/photos.js",
    "field/store.js",
    "field/field.css",
    "xinfeng/tokens.css",
    "xinfeng/mark.svg",
)
_TEMPLATE = settings.ROOT / "xinfeng" / "inspections" / "templates" / "inspections"


@cache
def script() -> str:
    """A change of any of the files is a new version, which the browser takes over by itself."""
    files = [*(FOLDER / file for file in (*SHELL, "field/sw.js")), _TEMPLATE / "field.html"]
    version = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    page = reverse("field:shell")
    shell = [page, *(static(file) for file in SHELL)]
    known = json.dumps({"version": version[:12], "page": page, "shell": shell})
    return f"const KNOWN = {known};\n" + (FOLDER / "field" / "sw.js").read_text("utf-8")


def words() -> dict[str, str]:
    """Everything the pages say, in the reader's language; {…} is filled in on the phone."""
    return {
        "title": _("Inspection"),
        "until": _("{n} points, until {day}"),
        "map": _("Sketch of the way"),
        "no_round": _("You have no round to visit now."),
        "never_fetched": _("Open this page once with a network to fetch your round."),
        "no_point": _("This point is not in your round."),
        "to_visit": _("to visit"),
        "begun": _("begun, not finished"),
        "waits": _("finished; waits to be sent"),
        "some_arrived": _("{n} of {all} photos arrived"),
        "all_arrived": _("arrived, with {n} of {n} photos"),
        "answers_arrived": _("the answers arrived"),
        "refused_because": _("not taken: {why}"),
        "visits_wait": _("Visits that wait to be sent: {n}. They are kept on this phone."),
        "offline": _("No network. Go on; everything is kept and sent later."),
        "signed_out": _("You are signed out. Nothing is lost; sign in to send."),
        "sign_in": _("Sign in"),
        "not_open": _("Nothing can be sent yet. Everything is kept on this phone."),
        "back": _("Back to the points"),
        "kept_at_once": _("Every answer is kept at once, also without a network."),
        "must": _("needed"),
        "take_photo": _("Take a photo"),
        "photo_again": _("Take another one"),
        "photo_working": _("The photo is being kept …"),
        "photo_failed": _("This picture cannot be read. Take another one."),
        "phone_full": _("The phone is full. Make room, then take the photo again."),
        "with_place": _("place known to {n} m"),
        "without_place": _("place not known"),
        "still_missing": _("Answers that are missing: {n}."),
        "finish": _("Finish and send"),
        "sent_stays": _(
            "What was finished is not changed any more; a correction is a new reading."
        ),
        "cannot_keep": _("This browser cannot keep anything. Leave private browsing."),
    }
