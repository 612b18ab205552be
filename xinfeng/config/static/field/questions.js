/* The questions of a form as one answers them with a thumb. */
import { isWrong, shown } from "./checklist.js";
import { geopoint, position } from "./photos.js";
import { button, local, make, moment, say } from "./words.js";

const INPUTS = { integer: ["number", "numeric"], decimal: ["number", "decimal"], date: ["date", ""], time: ["time", ""], datetime: ["datetime-local", ""] };
const SIGNS = { MET: "✓", NOT_MET: "✕", NOT_APPLICABLE: "–", NOT_KNOWN: "?" };
const FIXED = ["round_code", "point_code"];

export const isAsked = (question) => !FIXED.includes(question.name);

const choices = (question, value, changed) => make("div", { className: "choices" }, question.choices.map((choice) => {
  const many = question.type === "select_multiple";
  const had = String(value ?? "").split(" ").filter(Boolean);
  const box = make("input", { type: many ? "checkbox" : "radio", name: question.name, value: choice.name, checked: had.includes(choice.name) });
  box.addEventListener("change", () => {
    const all = [...box.closest(".choices").querySelectorAll("input:checked")].map((each) => each.value);
    changed(all.join(" "));
  });
  // A verdict is colour, sign and word.
  const sign = question.line && SIGNS[choice.name];
  return make("label", { data: { choice: choice.name } }, box, sign ? make("span", { className: "sign", ariaHidden: "true" }, sign) : null, make("span", {}, local(choice.label)));
}));

const acknowledged = (question, value, changed) => {
  const box = make("input", { type: "checkbox", id: `q-${question.name}`, checked: value === "OK" });
  box.addEventListener("change", () => changed(box.checked ? "OK" : ""));
  return make("div", { className: "choices" }, make("label", {}, box, make("span", {}, say("yes"))));
};

const typed = (question, value, changed) => {
  const [type, inputMode] = INPUTS[question.type] ?? [null, "text"];
  const box = make(type ? "input" : "textarea", { id: `q-${question.name}`, value: value ?? "", readOnly: Boolean(question.read_only) });
  if (type) Object.assign(box, { type, inputMode, step: question.type === "decimal" ? "any" : "1", min: question.min ?? "", max: question.max ?? "" });
  else box.rows = 2;
  const wrong = make("p", { className: "wrong-value", hidden: !isWrong(question, value) }, local(question.constraint_message) || say("wrong_number"));
  box.addEventListener("input", () => {
    const said = box.value.trim();
    wrong.hidden = !isWrong(question, said);
    changed(said);
  });
  return make("div", {}, box, wrong);
};

const placed = (question, value, changed) => {
  const told = make("p", { className: "quiet", role: "status" });
  const show = (text) => { told.textContent = text ? say("with_place", { n: Math.round(Number(text.split(" ")[3] ?? 0)) }) : say("without_place"); };
  show(value);
  const find = async () => {
    told.textContent = say("place_working");
    const where = await position();
    if (where) await changed(geopoint(where));
    show(where ? geopoint(where) : value);
  };
  // The place is that of arriving: it is asked for at once, and again by hand.
  if (!value) find();
  const again = button(say("place_again"), find);
  return make("div", { className: "place" }, told, again);
};

export const photographed = (question, kept, taken) => {
  const status = make("span", { className: "quiet", role: "status" });
  const input = make("input", { type: "file", accept: "image/*", id: `q-${question.name}` });
  input.setAttribute("capture", "environment");
  input.addEventListener("change", () => input.files[0] && taken(input.files[0], status));
  const take = make("label", { className: "button" }, say(kept ? "photo_again" : "take_photo"), input);
  if (!kept) return make("div", { className: "photo" }, take, status);
  status.textContent = [moment(kept.at), kept.where ? say("with_place", { n: kept.where.accuracy }) : say("without_place")].join(" · ");
  return make("div", { className: "photo" }, pictured(kept, local(question.label)), status, take);
};

export const pictured = (photo, alt) => {
  const address = URL.createObjectURL(new Blob([photo.bytes ?? photo.thumb], { type: "image/jpeg" }));
  return make("img", { src: address, alt, onload: () => URL.revokeObjectURL(address) });
};

const inside = (question, value, changed, photo) => {
  if (question.type === "note") return null;
  if (question.type === "image") return photographed(question, photo.kept, photo.taken);
  if (question.type === "geopoint") return placed(question, value, changed);
  if (question.type === "acknowledge") return acknowledged(question, value, changed);
  return question.type.startsWith("select") ? choices(question, value, changed) : typed(question, value, changed);
};

// What belongs to a line hangs below it: its number, its photo, its note.
const isUnder = (form, question) => form.questions.some((each) => each.line && question.name.startsWith(`${each.name}_`));

const one = (form, question, answers, changed, photo) => {
  const group = question.type.startsWith("select");
  const title = make(group ? "legend" : question.type === "note" ? "p" : "label", { className: "ask" },
    question.line ? make("span", { className: "line" }, question.line) : null, local(question.label), question.required ? make("span", { className: "must" }, say("must")) : null);
  if (title.tagName === "LABEL") title.htmlFor = `q-${question.name}`;
  const hint = local(question.hint);
  return make(group ? "fieldset" : "div", { className: `question${isUnder(form, question) ? " under" : ""}`, data: { question: question.name }, hidden: !shown(form, question, answers) },
    title, hint ? make("p", { className: "quiet hint" }, hint) : null, inside(question, answers[question.name], (value) => changed(question.name, value), photo));
};

/* All questions in the order of the form, each part under its title. */
export const asked = (form, answers, changed, photoOf) => {
  let part = "";
  return form.questions.filter(isAsked).flatMap((question) => {
    const title = local(question.group), isNew = title && title !== part;
    part = title;
    const made = one(form, question, answers, changed, photoOf(question));
    return isNew ? [make("h2", { className: "part" }, title), made] : [made];
  });
};
