/* At one door: an interview, or why there is none, in two taps. */
import * as store from "../field/store.js";
import { button, day, make, say } from "../field/words.js";
import { dayOf, householdOf, lastDay, now, ofUnits, partOf } from "./households.js";
import { keep } from "./sealed.js";
import { stateOf } from "./lists.js";

const WITHOUT = ["NOT_AT_HOME", "COME_AGAIN", "REFUSAL", "NO_ACCESS", "UNABLE", "LANGUAGE", "NO_ADULT", "VACANT", "NOT_A_HOME"];
const PARTS = ["MORNING", "AFTERNOON", "EVENING"];
let chosen = null;

export const keepTry = async (unit, survey, said) => {
  const at = now();
  await keep({ id: crypto.randomUUID(), unit, survey, kind: "try", state: "READY", said: { on: dayOf(at), part: partOf(at), ...said } });
};

const picker = (name, options, value, act) => make("div", { className: "choices", id: name }, options.map(([key, words]) => {
  const box = make("input", { type: "radio", name, value: key, checked: key === value });
  box.addEventListener("change", () => act(key));
  return make("label", { data: { choice: key } }, box, make("span", {}, words));
}));

const appointment = (survey, said, draw) => {
  const box = make("input", { type: "date", id: "again-on", min: dayOf(now()), max: lastDay(survey), value: said.again_on ?? "" });
  box.addEventListener("change", () => { said.again_on = box.value || null; draw(); });
  return [
    make("label", { className: "ask", htmlFor: "again-on" }, say("again_when")), box,
    picker("again-part", PARTS.map((part) => [part, say(part)]), said.again_part, (part) => { said.again_part = part; draw(); }),
    make("p", { className: "quiet" }, say("again_unknown")),
  ];
};

const choosing = (found, outbox, draw) => {
  const { survey, household } = found, said = chosen;
  const isHalf = Boolean(said.again_on) !== Boolean(said.again_part);
  const finish = async () => {
    chosen = null;
    await keepTry(household.code, survey.code, said);
    location.hash = "#/";
    outbox.sendNow();
  };
  return make("div", { className: "note due", id: "choosing" },
    said.disposition === "COME_AGAIN" ? appointment(survey, said, draw) : null,
    Object.assign(button(say("keep_as", { how: say(`d_${said.disposition}`) }), finish, "primary wide"), { id: "keep-try", disabled: isHalf }),
    button(say("not_so"), () => { chosen = null; draw(); }, "wide"));
};

const dispositions = (unit, draw) => make("div", { className: "choices", id: "dispositions" }, WITHOUT.map((each) => {
  const made = button(say(`d_${each}`), () => { chosen = { unit, disposition: each }; draw(); });
  made.dataset.disposition = each;
  return made;
}));

/* What was refused: why, and how to mend it. */
const mending = (sheet, outbox, draw) => {
  const again = async () => { await store.keepSheet({ ...sheet, state: "READY" }); outbox.sendNow(); await draw(); };
  const mend = async () => { await store.keepSheet({ ...sheet, state: "DRAFT" }); location.hash = `#/sheet/${sheet.unit}`; };
  const drop = async () => { await store.dropSheet(sheet.id); await draw(); };
  const isDone = ["household_done", "household_unknown"].includes(sheet.code);
  const isSheet = sheet.kind === "sheet", isWrong = sheet.code === "answers_wrong";
  return make("div", { className: "note wrong", id: "refused", role: "alert" },
    make("p", {}, make("strong", {}, say("is_refused"))), make("p", {}, sheet.why || sheet.code),
    (sheet.mistakes ?? []).map((each) => make("p", { className: "quiet" }, `${each.where}: ${each.detail}`)),
    make("p", { className: "quiet" }, say(isDone ? "advice_done" : isWrong ? "advice_wrong" : "advice_other"), ` (${sheet.code})`),
    isSheet && !isDone ? button(say("open_sheet"), mend, isWrong ? "primary wide" : "wide") : null,
    isDone || isWrong ? null : button(say("try_again"), again, "primary wide"),
    button(say("drop"), drop, isDone ? "primary wide" : "wide"));
};

const held = (sheet, household, outbox, draw) => {
  if (sheet.state === "REFUSED") return mending(sheet, outbox, draw);
  if (sheet.state === "DRAFT") return make("p", {}, make("a", { className: "button primary wide", id: "go-on", href: `#/sheet/${household.code}` }, say("go_on")));
  return make("div", { className: "note waiting" }, make("p", {}, say("is_ready")), button(say("send_now"), outbox.sendNow), button(say("drop_try"), async () => { await store.dropSheet(sheet.id); await draw(); }));
};

export const doorScreen = async (unit, outbox, draw) => {
  const found = householdOf(unit), sheet = ofUnits(await store.sheets()).get(unit);
  const back = make("p", {}, make("a", { href: "#/", className: "back" }, say("back")));
  if (!found) return [back, sheet?.state === "REFUSED" ? mending(sheet, outbox, draw) : make("p", { className: "empty" }, say("no_household"))];
  const { household, community } = found;
  if (chosen?.unit !== unit) chosen = null;
  const tries = (household.tries ?? []).map((each) => make("li", {}, `${day(each.on)} ${say(each.part)} · ${say(`d_${each.disposition}`)}`));
  const isOpen = !household.is_final && !sheet;
  return [
    back,
    make("h1", {}, household.address || say("household_of_list", { n: household.number })),
    make("p", { className: "quiet" }, `${community.name} · ${say("number", { n: household.number })} · ${household.code}`),
    sheet ? held(sheet, household, outbox, draw) : make("p", { className: "state" }, stateOf(household, null, "to-visit")),
    isOpen ? make("p", {}, make("a", { className: "button primary wide", id: "interview", href: `#/adult/${unit}` }, say("interview"))) : null,
    isOpen ? make("h2", {}, say("no_interview")) : null,
    isOpen ? (chosen ? choosing(found, outbox, draw) : dispositions(unit, draw)) : null,
    isOpen ? make("p", { className: "quiet" }, say("rule_of_tries")) : null,
    tries.length ? make("h2", {}, say("tries_before")) : null,
    tries.length ? make("ul", {}, tries) : null,
  ];
};
