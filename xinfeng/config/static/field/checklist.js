/* A form as questions: what is shown, what is missing, and the answers as XML. */
export const shown = (question, answers) => {
  const when = question.relevant;
  return !when || String(answers[when.question] ?? "").split(" ").includes(when.is);
};

const empty = (value) => value === undefined || value === null || value === "";

/* Names of questions that must be answered and are not, in the order of the form. */
export const missing = (form, answers) => form.questions
  .filter((question) => question.required && shown(question, answers) && empty(answers[question.name]))
  .map((question) => question.name);

/* What is hidden by another answer is not sent: an answer that was taken back leaves no trace. */
export const given = (form, answers) => Object.fromEntries(form.questions
  .filter((question) => shown(question, answers) && !empty(answers[question.name]))
  .map((question) => [question.name, answers[question.name]]));

/* The files that the answers name: what has to arrive. */
export const named = (form, answers) => {
  const sent = given(form, answers);
  return form.questions.filter((question) => question.type === "image" && sent[question.name]).map((question) => sent[question.name]);
};

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
// Signs that no XML may hold, whatever was pasted.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const plain = (value) => String(value).replace(FORBIDDEN, "").replace(/[&<>"']/g, (sign) => SIGNS[sign]);

/* Made once, when the visit is finished, and kept: a resend is the same bytes. */
export const xml = (form, visit) => {
  const sent = given(form, visit.answers);
  const tree = {};
  for (const question of form.questions) {
    if (sent[question.name] === undefined) continue;
    const path = question.path ?? [question.name];
    path.reduce((at, name, depth) => (at[name] ??= depth === path.length - 1 ? String(sent[question.name]) : {}), tree);
  }
  const written = (node) => Object.entries(node)
    .map(([name, value]) => `<${name}>${typeof value === "string" ? plain(value) : written(value)}</${name}>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<data xmlns:orx="http://openrosa.org/xforms" id="${plain(form.form_id)}" version="${plain(form.version)}">`
    + `<start>${visit.started}</start><end>${visit.ended}</end>`
    + `<round_code>${plain(visit.round)}</round_code><point_code>${plain(visit.point)}</point_code>${written(tree)}`
    + `<orx:meta><orx:instanceID>${plain(visit.id)}</orx:instanceID></orx:meta></data>`;
};
