/* The questionnaire: one question at a time, in large type, to be read aloud or handed over. */
import * as store from "../field/store.js";
import { button, make, say } from "../field/words.js";
import { isBlank, missing, screenedOut, sheetOf } from "./flow.js";
import { householdOf, now, ofUnits } from "./households.js";
import { keep, open } from "./sealed.js";

const END = "end";
let current = null;

const words = (said, text) => text?.[said.language] || text?.zh || text?.en || "";

const choice = (question, option, said, changed) => {
  const isMany = question.kind === "several", had = [said.answers[question.code] ?? []].flat();
  const box = make("input", { type: isMany ? "checkbox" : "radio", name: question.code, value: option.code, checked: had.includes(option.code) });
  box.addEventListener("change", () => {
    const all = [...document.querySelectorAll("#question input:checked")].map((each) => each.value);
    changed(isMany ? all.slice(0, question.most ?? all.length) : option.code);
    if (isMany && question.most && all.length > question.most) box.checked = false;
  });
  return make("label", { data: { choice: option.code } }, box, make("span", {}, words(said, option.text)));
};

const field = (question, said, changed) => {
  const value = said.answers[question.code] ?? "";
  const box = question.kind === "number"
    ? make("input", { type: "number", inputMode: "numeric", min: question.lowest ?? "", max: question.highest ?? "", value })
    : make("textarea", { rows: 4, maxLength: 200, value });
  box.setAttribute("aria-labelledby", "ask");
  box.addEventListener("input", () => changed(question.kind === "number" && box.value !== "" ? Number(box.value) : box.value));
  return box;
};

const isPossible = (question, value) => isBlank(value) || question.kind !== "number"
  || (Number.isInteger(value) && value >= (question.lowest ?? -Infinity) && value <= (question.highest ?? Infinity));

const questionPart = (question, said, changed) => make("fieldset", { id: "question", className: "asking", data: { question: question.code } },
  make("legend", { id: "ask" }, words(said, question.text)),
  question.hint ? make("p", { className: "quiet" }, words(said, question.hint)) : null,
  question.most ? make("p", { className: "quiet" }, say("at_most", { n: question.most })) : null,
  question.options.length ? make("div", { className: "options" }, question.options.map((each) => choice(question, each, said, changed))) : field(question, said, changed));

// ---- Going from one to the next

// One after the other, each as it was at its moment: an older state never overwrites a newer one.
let writing = Promise.resolve();
const write = (sheet) => {
  const { document: _, ...own } = structuredClone(sheet);
  return (writing = writing.then(() => keep(own)));
};
const keepIt = () => write(current);

/* After the last one those that an answer given later has opened: in a rotated block they may stand before it. */
const after = (shown, said) => {
  const at = shown.findIndex(({ code }) => code === said.draft.at);
  if (screenedOut(current.document, said.answers)) return END;
  const next = shown[at + 1] ?? shown.find(({ code }) => !said.draft.seen.includes(code));
  return next?.code ?? END;
};

const before = (shown, said) => {
  const at = said.draft.at === END ? shown.length : shown.findIndex(({ code }) => code === said.draft.at);
  return shown[at - 1]?.code ?? null;
};

const go = async (place, draw) => {
  const { draft } = current.said;
  draft.at = place;
  if (place && !draft.seen.includes(place)) draft.seen.push(place);
  await keepIt();
  await draw();
  window.scrollTo(0, 0);
};

const finish = async (isComplete, outbox) => {
  const { said } = current, at = now();
  const seconds = Math.max(0, Math.round((at - new Date(said.started_at)) / 1000));
  // Consent to a second call; without it there is nothing that could join household and answers.
  const pair = isComplete && said.draft.agreed ? crypto.randomUUID() : null;
  const sheet = current;
  current = null;
  await write({ ...sheet, state: "READY", said: { ...said, ended_at: at.toISOString(), seconds, is_complete: isComplete, pair, draft: undefined } });
  location.hash = "#/";
  outbox.sendNow();
};

const agreement = (said) => make("fieldset", { className: "asking", id: "agreement" },
  make("legend", {}, say("ask_again")),
  make("p", { className: "quiet" }, say("ask_again_why")),
  make("div", { className: "options" }, [[true, "yes"], [false, "no"]].map(([is, word]) => {
    const box = make("input", { type: "radio", name: "agreed", checked: said.draft.agreed === is });
    box.addEventListener("change", () => { said.draft.agreed = is; keepIt(); });
    return make("label", { data: { choice: word } }, box, make("span", {}, say(word)));
  })));

const endPart = (found, said, outbox, draw) => {
  const isOut = screenedOut(found.survey.document, said.answers);
  const open = isOut ? [] : missing(found.survey.document, said.answers);
  return [
    make("h1", {}, say(isOut ? "not_asked" : "thank_them")),
    isOut ? make("p", {}, say("not_asked_why")) : make("p", {}, words(said, found.survey.document.thanks)),
    open.length ? make("div", { className: "note wrong", role: "alert" }, make("p", {}, say("still_open", { n: open.length })), button(say("go_there"), () => go(open[0], draw), "primary wide")) : null,
    open.length || isOut ? null : agreement(said),
    open.length ? null : Object.assign(button(say(isOut ? "finish_out" : "finish"), () => finish(true, outbox), "primary wide"), { id: "finish" }),
  ];
};

// ---- The screen

const languages = (draw) => make("p", { className: "languages" }, [["zh", "中文"], ["en", "English"]].map(([code, name]) => {
  const made = button(name, async () => { current.said.language = code; await keepIt(); await draw(); });
  made.setAttribute("aria-pressed", current.said.language === code);
  return made;
}));

const breaking = (outbox) => {
  const sure = make("div", { hidden: true, className: "note due" }, make("p", {}, say("break_off_what")), Object.assign(button(say("break_off"), () => finish(false, outbox), "wide"), { id: "break-off" }));
  return make("div", { className: "breaking" }, button(say("cannot_go_on"), () => { sure.hidden = !sure.hidden; }), sure);
};

const buttons = (shown, question, said, draw) => {
  const back = before(shown, said);
  const next = Object.assign(button("", async () => {
    const value = said.answers[question.code];
    if (!isPossible(question, value)) { next.textContent = say("wrong_number"); return; }
    await go(after(sheetOf(current.document, said.arrangement, said.answers), said), draw);
  }), { id: "next" });
  const label = () => {
    const isSkipped = isBlank(said.answers[question.code]);
    next.textContent = say(isSkipped ? "leave_out" : "next");
    next.classList.toggle("primary", !isSkipped);
  };
  label();
  return { label, bar: make("div", { className: "thumb" }, make("div", { className: "buttons" },
    back ? Object.assign(button(say("back_one"), () => go(back, draw)), { id: "back" }) : null, next)) };
};

const load = async (unit, found) => {
  const sheet = ofUnits(await store.sheets()).get(unit);
  if (sheet?.state !== "DRAFT") return null;
  const opened = await open(sheet);
  if (!opened.said) return null;
  // Opened again after a refusal, it starts at what was wrong.
  opened.said.draft ??= { at: sheet.mistakes?.[0]?.where ?? null, seen: [], agreed: null };
  return { ...opened, document: found.survey.document };
};

export const sheetScreen = async (unit, outbox, draw) => {
  const found = householdOf(unit);
  if (found && current?.unit !== unit) current = null;
  if (found) current ??= await load(unit, found);
  const back = make("p", {}, make("a", { href: `#/door/${unit}`, className: "back" }, say("back_to_door")));
  if (!found || !current) return [back, make("p", { className: "empty" }, say("no_household"))];
  const { said } = current, shown = sheetOf(current.document, said.arrangement, said.answers);
  if (said.draft.at === END) return [back, ...endPart(found, said, outbox, draw), make("div", { className: "thumb" }, make("div", { className: "buttons" }, Object.assign(button(say("back_one"), () => go(before(shown, said), draw)), { id: "back" })))];
  const question = shown.find(({ code }) => code === said.draft.at) ?? shown[0];
  said.draft.at = question.code;
  if (!said.draft.seen.includes(question.code)) said.draft.seen.push(question.code);
  const { label, bar } = buttons(shown, question, said, draw);
  const changed = (value) => {
    if (isBlank(value)) delete said.answers[question.code]; else said.answers[question.code] = value;
    label();
    keepIt();
  };
  const place = shown.indexOf(question) + 1, line = make("progress", { max: shown.length, value: place });
  line.setAttribute("aria-label", say("question_of", { n: place, all: shown.length }));
  return [
    make("p", { className: "top" }, make("a", { href: `#/door/${unit}`, className: "back" }, say("back_to_door")), make("span", { className: "quiet" }, say("question_of", { n: place, all: shown.length }))),
    line, languages(draw), questionPart(question, said, changed), breaking(outbox), bar,
  ];
};
