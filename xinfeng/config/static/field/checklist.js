/* A form as questions: what is shown, what is missing, and the answers as the form would have written them. */

const empty = (value) => value === undefined || value === null || value === "";
const question_of = (form, name) => form.questions.find((question) => question.name === name);

/* Whether a question is asked now; what depends on a hidden question is hidden too. */
export const shown = (form, question, answers) => {
  const when = question.relevant;
  if (!when) return true;
  const above = question_of(form, when.question);
  return (!above || shown(form, above, answers)) && String(answers[when.question] ?? "").split(" ").includes(when.is);
};

const fits = (question, value) => {
  if (question.type !== "integer" && question.type !== "decimal") return true;
  const number = Number(value);
  const whole = question.type === "decimal" || Number.isSafeInteger(number);
  return whole && Number.isFinite(number) && number >= (question.min ?? -Infinity) && number <= (question.max ?? Infinity);
};

export const isWrong = (question, value) => !empty(value) && !fits(question, value);

/* Names of questions that must be answered and are not, or cannot be so, in the order of the form. */
export const missing = (form, answers) => form.questions
  .filter((question) => shown(form, question, answers))
  .filter((question) => (question.required && empty(answers[question.name])) || isWrong(question, answers[question.name]))
  .map((question) => question.name);

/* What is hidden by another answer is not sent: an answer that was taken back leaves no trace. */
export const given = (form, answers) => Object.fromEntries(form.questions
  .filter((question) => shown(form, question, answers) && !empty(answers[question.name]))
  .map((question) => [question.name, answers[question.name]]));

/* The files that the answers name: what has to arrive. */
export const named = (form, answers) => {
  const sent = given(form, answers);
  return form.questions.filter((question) => question.type === "image" && sent[question.name]).map((question) => sent[question.name]);
};

/* What is known without asking: the codes of round and point. */
export const fixed = (visit) => ({ round_code: visit.round, point_code: visit.point });

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
// Signs that no XML may hold, whatever was pasted.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;
const plain = (value) => String(value).replace(FORBIDDEN, "").replace(/[&<>"']/g, (sign) => SIGNS[sign]);

/* Every question that is asked has its element at its path, as in the form; empty when not answered. */
const tree = (form, visit) => {
  const root = new Map();
  const put = (path, value) => {
    const at = path.slice(0, -1).reduce((node, name) => node.get(name) ?? node.set(name, new Map()).get(name), root);
    at.set(path.at(-1), value);
  };
  const own = { start: visit.started, end: visit.ended, today: visit.started.slice(0, 10) };
  // What is written below meta, such as a log that only Collect keeps, is not ours to write.
  for (const each of form.hidden ?? []) if (each.path[0] !== "meta") put(each.path, own[each.name] ?? "");
  const answers = { ...given(form, visit.answers), ...fixed(visit) };
  for (const question of form.questions) {
    if (question.type !== "note" && shown(form, question, visit.answers)) put(question.path ?? [question.name], answers[question.name] ?? "");
  }
  return root;
};

const written = (node) => [...node]
  .map(([name, value]) => (value instanceof Map ? `<${name}>${written(value)}</${name}>` : value === "" ? `<${name}/>` : `<${name}>${plain(value)}</${name}>`)).join("");

/* Made once, when the visit is finished, and kept: a resend is the same bytes. */
export const xml = (form, visit) => {
  const root = form.root ?? "data";
  const former = visit.amends ? `<deprecatedID>${plain(visit.amends)}</deprecatedID>` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} id="${plain(form.form_id)}" version="${plain(form.version)}">`
    + `${written(tree(form, visit))}<meta><instanceID>${plain(visit.id)}</instanceID>${former}</meta></${root}>`;
};

const two = (value) => String(value).padStart(2, "0");

/* A moment as phones write it: with the offset of the place, so that both the clock and the day can be read. */
export const moment = (at) => {
  const minutes = -at.getTimezoneOffset(), whole = Math.abs(minutes);
  const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
};
