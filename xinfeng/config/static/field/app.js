/* The inspector's round on a phone: what to visit, the checklist, and what has arrived. */
import { given, missing, named, shown, xml } from "./checklist.js";
import { sketch } from "./map.js";
import { SignedOut, send } from "./outbox.js";
import { position, resized, stamped } from "./photos.js";
import * as store from "./store.js";

const AGAIN_AFTER = 30_000;
const words = JSON.parse(document.getElementById("words").textContent);
const addresses = document.getElementById("field").dataset;
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const screen = document.getElementById("screen");
const band = document.getElementById("band");

let told = null;
let sending = false;
let again = false;

const say = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), words[name]);
const local = (label) => label?.[language] || label?.zh || label?.en || "";

const make = (tag, properties = {}, ...inside) => {
  const { data, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  Object.assign(made.dataset, data);
  made.append(...inside.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return made;
};

const notice = (kind, text, more) => {
  band.replaceChildren(...(text ? [make("p", { className: `note ${kind}` }, text, more ? " " : "", more)] : []));
};

// ---- What the server says, or what it said last

const fetched = async () => {
  const answer = await fetch(addresses.rounds, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new SignedOut();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const signIn = () => make("a", { href: `${addresses.signIn}?next=${encodeURIComponent(location.pathname)}` }, say("sign_in"));

const refresh = async () => {
  try {
    const found = await fetched();
    if (!told || told.person !== found.person) await store.open(found.person);
    told = found;
    localStorage.setItem("field-person", found.person);
    await store.keep("told", { ...found, csrf: "" });
    notice("", "");
    return true;
  } catch (error) {
    if (error instanceof SignedOut) notice("due", say("signed_out"), signIn());
    else notice("due", say("offline"));
    return false;
  }
};

const remembered = async () => {
  const person = localStorage.getItem("field-person");
  if (!person) return;
  await store.open(person);
  told = (await store.kept("told")) ?? null;
};

// ---- Sending

const deliver = async () => {
  // The network may come back while a sending is giving up.
  if (sending) { again = true; return; }
  if (!told) return;
  sending = true;
  again = false;
  try {
    const waiting = (await store.visits()).some((visit) => visit.state === "READY");
    // A fresh token each time: the one of the shell may be weeks old.
    if (!waiting || !(await refresh())) return;
    if (!told.submission) return notice("due", say("not_open"));
    await send(told, show);
  } catch (error) {
    if (error instanceof SignedOut) notice("due", say("signed_out"), signIn());
    else notice("due", say("offline"));
  } finally {
    sending = false;
    await show();
    if (again) deliver();
  }
};

// ---- The list

const stateOf = (visit) => {
  if (!visit) return ["to_visit", ""];
  if (visit.state === "DRAFT") return ["begun", "begun"];
  if (visit.state === "REFUSED") return ["refused", "refused"];
  if (visit.state === "ARRIVED") return ["arrived", "arrived"];
  return ["waiting", "waiting"];
};

const progress = (visit) => {
  if (visit.state === "DRAFT") return say("begun");
  if (visit.state === "REFUSED") return say("refused_because", { why: visit.why });
  const all = visit.files.length;
  if (visit.state === "ARRIVED") return all ? say("all_arrived", { n: all }) : say("answers_arrived");
  if (!visit.begun && !visit.sent.length) return say("waits");
  return say("some_arrived", { n: visit.sent.length, all });
};

const pointLine = (round, point, visit) => {
  const [, tone] = stateOf(visit);
  return make("li", { className: `point ${tone}`, data: { point: point.code } },
    make("a", { href: `#/point/${round.code}/${point.code}` },
      make("span", { className: "order", textContent: point.order }),
      make("span", { className: "grow" },
        make("strong", { textContent: point.name }),
        make("span", { className: "quiet", textContent: [point.type_name, point.address].filter(Boolean).join(" · ") }),
        visit ? make("span", { className: "progress", textContent: progress(visit) }) : null)));
};

const listScreen = async () => {
  const visits = told ? await store.visits() : [];
  if (!told || !told.rounds.length) return [make("h1", {}, say("title")), make("p", { className: "empty" }, say(told ? "no_round" : "never_fetched"))];
  const of = (round, point) => visits.find((visit) => visit.round === round.code && visit.point === point.code);
  const waiting = visits.filter((visit) => visit.state === "READY").length;
  return [
    make("h1", {}, say("title")),
    waiting ? make("p", { className: "quiet", id: "waiting" }, say("visits_wait", { n: waiting })) : null,
    ...told.rounds.flatMap((round) => [
      make("h2", {}, round.name),
      make("p", { className: "quiet" }, say("until", { n: round.points.length, day: round.until })),
      sketch(round.points, say("map"), (point) => stateOf(of(round, point))[1]),
      make("ol", { className: "points" }, round.points.map((point) => pointLine(round, point, of(round, point)))),
    ]),
  ];
};

// ---- One visit

const find = (roundCode, pointCode) => {
  const round = told?.rounds.find((each) => each.code === roundCode);
  const point = round?.points.find((each) => each.code === pointCode);
  return point && told.forms[point.form] ? { round, point, form: told.forms[point.form] } : null;
};

const begin = async ({ round, point, form }) => {
  const id = `uuid:${crypto.randomUUID()}`;
  // The form as it was begun with: a newer version must not change the questions under one's hands.
  await store.change(id, () => ({
    id, round: round.code, point: point.code, name: point.name, form, answers: {}, state: "DRAFT",
    started: new Date().toISOString(), ended: null, files: [], sent: [], begun: false, why: "",
  }));
  return id;
};

const answer = (id, name, value) => store.change(id, (visit) => visit.state === "DRAFT" && { ...visit, answers: { ...visit.answers, [name]: value } });

const INPUTS = { integer: ["number", "numeric"], decimal: ["number", "decimal"], text: ["text", "text"], date: ["date", ""] };

const choices = (question, visit, changed) => make("div", { className: "choices" }, question.choices.map((choice) => {
  const many = question.type === "select_multiple";
  const had = String(visit.answers[question.name] ?? "").split(" ").filter(Boolean);
  const box = make("input", { type: many ? "checkbox" : "radio", name: question.name, value: choice.name, checked: had.includes(choice.name) });
  box.addEventListener("change", () => {
    const all = [...box.closest(".choices").querySelectorAll("input:checked")].map((each) => each.value);
    changed(all.join(" "));
  });
  return make("label", {}, box, make("span", {}, local(choice.label)));
}));

const typed = (question, visit, changed) => {
  const [type, inputMode] = INPUTS[question.type] ?? INPUTS.text;
  const box = make(question.type === "text" ? "textarea" : "input", { id: `q-${question.name}`, value: visit.answers[question.name] ?? "" });
  if (question.type !== "text") Object.assign(box, { type, inputMode, step: question.type === "decimal" ? "any" : "1", min: question.min ?? "" });
  box.addEventListener("input", () => changed(box.value.trim()));
  return box;
};

const taken = async (visit, question, file, status) => {
  status.textContent = say("photo_working");
  const at = new Date();
  try {
    const [picture, where] = await Promise.all([resized(file), position()]);
    const name = `${question.name}-${crypto.randomUUID().slice(0, 8)}.jpg`;
    const before = visit.answers[question.name];
    await store.addPhoto(
      { visit: visit.id, name, bytes: stamped(picture, at, where), at: at.toISOString(), where },
      (found) => ({ ...found, answers: { ...found.answers, [question.name]: name } }),
    );
    if (before) await store.dropPhoto(visit.id, before, (found) => found);
    await show();
  } catch (error) {
    status.textContent = say(error.name === "QuotaExceededError" ? "phone_full" : "photo_failed");
  }
};

const photo = (question, visit, photos) => {
  const kept = photos.find((each) => each.name === visit.answers[question.name]);
  const status = make("span", { className: "quiet", role: "status" });
  const input = make("input", { type: "file", accept: "image/*", id: `q-${question.name}` });
  input.setAttribute("capture", "environment");
  input.addEventListener("change", () => input.files[0] && taken(visit, question, input.files[0], status));
  if (!kept) return make("div", { className: "photo" }, make("label", { className: "button" }, say("take_photo"), input), status);
  const address = URL.createObjectURL(new Blob([kept.bytes], { type: "image/jpeg" }));
  const picture = make("img", { src: address, alt: local(question.label), onload: () => URL.revokeObjectURL(address) });
  status.textContent = [new Date(kept.at).toLocaleString(document.documentElement.lang), kept.where ? say("with_place", { n: kept.where.accuracy }) : say("without_place")].join(" · ");
  return make("div", { className: "photo" }, picture, status, make("label", { className: "button" }, say("photo_again"), input));
};

const asked = (question, visit, photos, after) => {
  const changed = (value) => answer(visit.id, question.name, value).then((found) => found && after(found));
  const inside = question.type === "image" ? photo(question, visit, photos)
    : question.type.startsWith("select") ? choices(question, visit, changed)
    : question.type === "note" ? null : typed(question, visit, changed);
  const group = question.type.startsWith("select");
  const title = make(group ? "legend" : question.type === "note" ? "p" : "label", { className: "ask" },
    question.line ? make("span", { className: "line" }, question.line) : null, local(question.label), question.required ? make("span", { className: "must" }, say("must")) : null);
  if (title.tagName === "LABEL") title.htmlFor = `q-${question.name}`;
  return make(group ? "fieldset" : "div", { className: "question", data: { question: question.name }, hidden: !shown(question, visit.answers) }, title, local(question.hint) && make("p", { className: "quiet" }, local(question.hint)), inside);
};

const finish = async (id, status) => {
  const visit = await store.visit(id);
  const lacking = missing(visit.form, visit.answers);
  if (lacking.length) {
    status.textContent = say("still_missing", { n: lacking.length });
    document.querySelectorAll(".question.wrong").forEach((each) => each.classList.remove("wrong"));
    for (const name of lacking) document.querySelector(`[data-question="${CSS.escape(name)}"]`)?.classList.add("wrong");
    return document.querySelector(".question.wrong")?.scrollIntoView({ block: "center" });
  }
  await store.change(id, (found) => {
    if (found.state !== "DRAFT") return null;
    const ended = { ...found, ended: new Date().toISOString(), answers: given(found.form, found.answers) };
    return { ...ended, state: "READY", files: named(found.form, ended.answers), xml: xml(found.form, ended) };
  });
  location.hash = "#/";
  deliver();
};

const visitScreen = async (roundCode, pointCode) => {
  const known = (await store.visits()).find((each) => each.round === roundCode && each.point === pointCode);
  const place = find(roundCode, pointCode);
  if (!known && !place) return [make("p", { className: "empty" }, say("no_point"))];
  const visit = known ?? await store.visit(await begin(place));
  const back = make("p", {}, make("a", { href: "#/", className: "back" }, say("back")));
  if (visit.state !== "DRAFT") {
    return [back, make("h1", {}, visit.name), make("p", { className: `note ${stateOf(visit)[1]}` }, progress(visit)), make("p", { className: "quiet" }, say("sent_stays"))];
  }
  const photos = await store.photos(visit.id);
  const status = make("p", { className: "note due", role: "alert" });
  const questions = make("div", { id: "questions" });
  const after = (found) => {
    for (const each of found.form.questions) questions.querySelector(`[data-question="${CSS.escape(each.name)}"]`).hidden = !shown(each, found.answers);
  };
  questions.append(...visit.form.questions.map((each) => asked(each, visit, photos, after)));
  const done = make("button", { className: "button primary", type: "button", id: "finish" }, say("finish"));
  done.addEventListener("click", () => finish(visit.id, status));
  return [back, make("h1", {}, visit.name), make("p", { className: "quiet" }, say("kept_at_once")), questions, status, make("div", { className: "thumb" }, done)];
};

// ---- Showing

let drawing = Promise.resolve();

const draw = async () => {
  const [, kind, round, point] = location.hash.split("/");
  const here = kind === "point" && told ? await visitScreen(round, point) : await listScreen();
  const at = window.scrollY;
  screen.replaceChildren(...here.filter(Boolean));
  if (screen.dataset.at === location.hash) window.scrollTo(0, at);
  else window.scrollTo(0, 0);
  screen.dataset.at = location.hash;
};

// One after the other: two drawings at once would begin a visit twice.
const show = () => (drawing = drawing.then(draw, draw));

const failed = () => notice("due", say("cannot_keep"));

const begun = async () => {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.worker, { scope: addresses.scope }).catch(() => {});
  // The browser is asked not to clear what has not been sent.
  navigator.storage?.persist?.();
  await remembered();
  await show();
  await refresh();
  await show();
  await deliver();
};

window.addEventListener("hashchange", () => show());
window.addEventListener("online", () => deliver());
window.addEventListener("offline", () => notice("due", say("offline")));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliver());
setInterval(deliver, AGAIN_AFTER);
begun().catch(failed);
