"""The shell of the pages on a surveyor's phone, and the worker that keeps it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from xinfeng.base.shells import worker_script

from .models import DayPart, Disposition

SHELL = (
    "field/field.css",
    "field/frame.js",
    "field/key.js",
    "field/modes.js",
    "field/network.js",
    "field/session.js",
    "field/store.js",
    "field/words.js",
    "interviews/adult.js",
    "interviews/adults.js",
    "interviews/app.js",
    "interviews/door.js",
    "interviews/flow.js",
    "interviews/households.js",
    "interviews/interviews.css",
    "interviews/lists.js",
    "interviews/outbox.js",
    "interviews/sealed.js",
    "interviews/sheet.js",
    "xinfeng/mark.svg",
    "xinfeng/tokens.css",
)
_TEMPLATE = settings.ROOT / "xinfeng" / "surveys" / "templates" / "surveys" / "interviews.html"


def script() -> str:
    return worker_script("interviews", reverse("interviews:shell"), SHELL, _TEMPLATE)


def words() -> dict[str, str]:
    """Everything the pages say, in the reader's language; {…} is filled in on the phone."""
    return (
        _of_lists() | _of_a_door() | _of_adults() | _of_a_sheet() | _of_the_network()
        | _of_leaving() | _of_codes()
    )  # fmt: skip


def _of_codes() -> dict[str, str]:
    """Dispositions as `d_…`, and parts of the day."""
    dispositions = {f"d_{each.value}": str(each.label) for each in Disposition}
    return dispositions | {each.value: str(each.label) for each in DayPart}


def _of_lists() -> dict[str, str]:
    return {
        "title": _("Interviews"),
        "desk_PHONE": _("Telephone desk"),
        "desk_INTERCEPT": _("In the street"),
        "until": _("until {day}"),
        "done_of": _("{n} of {all} households done"),
        "household_of_list": _("Household {n} of the list"),
        "all_done": _("Every household here is done."),
        "over": _("Done: {n}"),
        "not_tried": _("not tried yet"),
        "due": _("try again"),
        "tries": _("{n} tries"),
        "again_on": _("agreed: {day}, {part}"),
        "is_draft": _("interview begun, not finished"),
        "is_ready": _("waits to be sent"),
        "is_refused": _("not taken in: open it to see why"),
        "of_others": _("Kept from households that are not yours now"),
        "no_survey": _("No household waits for you in a survey now."),
        "never_fetched": _("Open this page once with a network to fetch your households."),
        "nobody": _("Sign in with a network to open your households."),
        "phones": _("My phones"),
        "large": _("Large type"),
        "dark": _("Dark"),
        "back": _("Back to the households"),
        "home": _("Home page"),
    }


def _of_a_door() -> dict[str, str]:
    return {
        "number": _("no. {n}"),
        "interview": _("Somebody opens: interview"),
        "go_on": _("Go on with the interview"),
        "no_interview": _("No interview"),
        "keep_as": _("Keep: {how}"),
        "not_so": _("Choose anew"),
        "again_when": _("When to come again"),
        "again_unknown": _("Leave both open where nothing was agreed."),
        "tries_before": _("Tries before"),
        "rule_of_tries": _(
            "A household counts as not reached after tries on four days, in two parts of the"
            " day, one of them in the evening or at a weekend."
        ),
        "no_household": _("This household is not on this phone."),
        "try_again": _("Send it again"),
        "open_sheet": _("Open the sheet"),
        "drop": _("Drop it from this phone"),
        "drop_try": _("Take it back"),
        "advice_done": _("It was written down before, here or elsewhere. Drop this one."),
        "advice_wrong": _("Open the sheet, mend what is named, and send it again."),
        "advice_other": _(
            "Send it again; if that fails, show this to your office. It stays on the phone."
        ),
    }


def _of_adults() -> dict[str, str]:
    return {
        "back_to_door": _("Back to the door"),
        "who_is_asked": _("Who is asked"),
        "how_many_adults": _("How many adults live here, of those whom the survey asks?"),
        "list_kish": _("Write down each of them: sex and age. The list is not kept."),
        "list_birthdays": _("Write down each birthday, without the year. It is not kept."),
        "adult_n": _("Person {n}"),
        "man": _("man"),
        "woman": _("woman"),
        "age": _("Age"),
        "month": _("Month of birth"),
        "day": _("Day of birth"),
        "born": _("born on {month}/{day}"),
        "the_only_one": _("the only one"),
        "ask_this_one": _("Ask this person:"),
        "begin": _("Begin the interview"),
        "nobody_instead": _(
            "Nobody else instead. If this person is out, agree on a time: come again."
        ),
    }


def _of_a_sheet() -> dict[str, str]:
    return {
        "question_of": _("Question {n} of {all}"),
        "next": _("Next question"),
        "leave_out": _("Skip this question"),
        "back_one": _("Back"),
        "at_most": _("At most {n}."),
        "wrong_number": _("This number is not possible."),
        "cannot_go_on": _("They cannot go on"),
        "break_off": _("Break off"),
        "break_off_what": _("What was answered is kept as broken off, and nobody comes again."),
        "thank_them": _("All questions are answered"),
        "still_open": _("Answers that are still needed: {n}."),
        "go_there": _("Go there"),
        "ask_again": _("May we ask you a few of these questions once more?"),
        "ask_again_why": _(
            "One household in ten is asked a second time, to see whether we asked properly."
            " Only if you agree can your answers be found for that, only until the survey ends."
        ),
        "yes": _("Yes"),
        "no": _("No"),
        "finish": _("Finish and send"),
        "not_asked": _("This survey asks other people"),
        "not_asked_why": _("Thank them. Nothing of what was said is kept."),
        "finish_out": _("Keep: nobody to be asked here"),
    }


def _of_the_network() -> dict[str, str]:
    return {
        "sheets_wait": _("Waiting to be sent: {n}. They are kept on this phone, sealed."),
        "sent_of": _("{n} of {all} sent"),
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
        "phone_full": _("The phone is full. Make room, then go on."),
        "cannot_keep": _("This browser cannot keep anything. Leave private browsing. ({why})"),
        "reload": _("Load the page again"),
    }


def _of_leaving() -> dict[str, str]:
    return {
        "leave": _("Sign out"),
        "leave_unsent": _("Not sent yet: {n}; interviews not finished: {drafts}."),
        "leave_kept": _(
            "They stay on this phone, where nobody else sees them,"
            " and are sent when you sign in here again."
        ),
        "leave_nothing": _("Everything you finished has been sent."),
        "leave_all_the_same": _("Sign out all the same"),
    }
