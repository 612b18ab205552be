"""The shell of the pages on an inspector's phone, and the worker that keeps it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from xinfeng.base.shells import FOLDER, worker_script

__all__ = ["FOLDER", "SHELL", "script", "words"]
SHELL = (
    "field/app.js",
    "field/checklist.js",
    "field/frame.js",
    "field/key.js",
    "field/map.js",
    "field/modes.js",
    "field/network.js",
    "field/outbox.js",
    "field/photos.js",
    "field/questions.js",
    "field/rounds.js",
    "field/session.js",
    "field/store.js",
    "field/visit.js",
    "field/words.js",
    "field/field.css",
    "xinfeng/tokens.css",
    "xinfeng/mark.svg",
)
_TEMPLATE = settings.ROOT / "xinfeng" / "inspections" / "templates" / "inspections"


def script() -> str:
    template = _TEMPLATE / "field.html"
    return worker_script("field", reverse("field:shell"), SHELL, template)


def words() -> dict[str, str]:
    """Everything the pages say, in the reader's language; {…} is filled in on the phone."""
    return _of_rounds() | _of_a_visit() | _of_what_became() | _of_the_network() | _of_leaving()


def _of_rounds() -> dict[str, str]:
    return {
        "title": _("Inspection"),
        "until": _("until {day}"),
        "done_of": _("{n} of {all} points sent"),
        "next_point": _("Next: {name}"),
        "map": _("Sketch of the way"),
        "you": _("You are here"),
        "m": _("{n} m"),
        "km": _("{n} km"),
        "from_here": _("{far} from here"),
        "from_last": _("{far} from the last one"),
        "no_round": _("You have no round to visit now."),
        "never_fetched": _("Open this page once with a network to fetch your round."),
        "nobody": _("Sign in with a network to open your round and what is kept for you."),
        "no_point": _("This point is not in your round."),
        "of_other_rounds": _("Kept from other rounds"),
        "to_visit": _("to visit"),
        "begun": _("begun, not finished"),
        "correcting": _("correction begun, not finished"),
        "waits": _("finished, waits to be sent with {n} photos"),
        "some_arrived": _("{n} of {all} photos arrived"),
        "all_arrived": _("arrived, with {n} of {n} photos"),
        "answers_arrived": _("the answers arrived"),
        "refused": _("not taken in: open it to see why"),
        "retake_needed": _("photos to take again: {n}"),
        "not_counted": _("does not count: {why}"),
        "read_elsewhere": _("written down on the pages of the round"),
        "phones": _("My phones"),
        "large": _("Large type"),
        "dark": _("Dark"),
        "back": _("Back to the points"),
        "home": _("Home page"),
    }


def _of_a_visit() -> dict[str, str]:
    return {
        "kept_at_once": _("Every answer is kept at once, also without a network."),
        "must": _("needed"),
        "yes": _("Yes"),
        "wrong_number": _("This number is not possible."),
        "take_photo": _("Take a photo"),
        "photo_again": _("Take another one"),
        "photo_working": _("The photo is being kept …"),
        "photo_failed": _("This picture cannot be read. Take another one."),
        "photo_small": _("This picture is too small to show anything. Take another one."),
        "phone_full": _("The phone is full. Make room, then take the photo again."),
        "with_place": _("place known to {n} m"),
        "without_place": _("place not known"),
        "place_working": _("The place is being found …"),
        "place_again": _("Find the place again"),
        "open_map": _("Open in a map"),
        "open_of": _("{n} of {all} open"),
        "all_answered": _("Everything is answered"),
        "next_open": _("Next open one"),
        "still_missing": _("Answers that are missing or cannot be so: {n}."),
        "finish": _("Finish and send"),
        "finish_correction": _("Finish and send the correction"),
        "correcting_what": _("You correct what was sent; the first answers stay on record."),
        "discard": _("Drop this correction"),
        "not_out": _("The checklist of this kind of point is not out yet. Ask your office."),
        "look_again": _("Look again"),
        "not_for_pages": _("This checklist asks what these pages cannot. Use ODK Collect."),
        "cannot_keep": _("This browser cannot keep anything. Leave private browsing. ({why})"),
        "reload": _("Load the page again"),
    }


def _of_what_became() -> dict[str, str]:
    return {
        "receipt": _("Received {at}, number {id}."),
        "correct": _("Correct it"),
        "change": _("Change it before it is sent"),
        "not_counted_what": _("It has arrived and is kept. Your office decides about it."),
        "round_over": _("This round is closed; nothing can be corrected any more."),
        "retake_why": _("The rest has arrived. Only these photos are to be taken again."),
        "photo_broken": _("This photo is broken on the phone. Take it again."),
        "try_again": _("Send it again"),
        "open_again": _("Open it and finish it anew"),
        "sent_elsewhere": _("It was sent from another phone, which has its answers."),
        "read_on_pages": _("It was written down on the pages of the round."),
        "fill_anew": _("Fill it in anew as a correction"),
        "advice_closed": _("Its checklist is out of use. Finish it anew, or ask your office."),
        "advice_not_yours": _(
            "Ask your office whether you are still sent there; then send it again."
        ),
        "advice_differs": _(
            "It has arrived before with other answers. Open it and send a correction."
        ),
        "advice_old": _("It has been corrected meanwhile. Open it and correct the newest one."),
        "advice_withdrawn": _("Ask your office before you send it anew."),
        "advice_other": _(
            "Send it again; if that fails, show this to your office. It stays on the phone."
        ),
    }


def _of_the_network() -> dict[str, str]:
    return {
        "visits_wait": _("Visits that wait to be sent: {n}. They are kept on this phone."),
        "send_now": _("Send now"),
        "sending": _("Sending …"),
        "next_try": _("Tried again by itself at {time}."),
        "offline": _("No network. Go on; everything is kept and sent later."),
        "no_answer": _("The server does not answer. Everything is kept and sent later."),
        "failed": _("Something failed; everything is kept on this phone. ({why})"),
        "signed_out": _("You are signed out. Nothing is lost; sign in to send."),
        "sign_in": _("Sign in"),
        "shut_out": _("This phone was shut out, perhaps by your office. Nothing is lost."),
        "set_up_again": _("Set this phone up again"),
    }


def _of_leaving() -> dict[str, str]:
    return {
        "leave": _("Sign out"),
        "leave_unsent": _("Not sent yet: {n} visits; not finished: {drafts}."),
        "leave_kept": _(
            "They stay on this phone, where nobody else sees them,"
            " and are sent when you sign in here again."
        ),
        "leave_nothing": _("Everything you finished has been sent."),
        "leave_all_the_same": _("Sign out all the same"),
    }
