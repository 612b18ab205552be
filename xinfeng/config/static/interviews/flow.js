/* Which questions a sheet shows, in which order: as `surveys/asking/flow.py` tells it. */
export const ARRANGEMENTS = 24;

const optionsOf = (document, question) => (question.scale ? document.scales.find((each) => each.code === question.scale).options : question.options ?? []);

/* All questions in the order of the document, each with its options. */
export const questionsOf = (document) => document.blocks.flatMap((block) => block.questions.map((each) => ({ ...each, options: optionsOf(document, each) })));

const holds = (condition, shown, answers) => {
  if (!shown.has(condition.question)) return false;
  const value = answers[condition.question];
  return (Array.isArray(value) ? value : [value]).some((each) => condition.among.includes(each));
};

/* The question whose answer ends the interview; "" while none does. */
export const screenedOut = (document, answers) => {
  const questions = questionsOf(document);
  for (const condition of document.screening ?? []) {
    const value = answers[condition.question];
    const question = questions.find((each) => each.code === condition.question);
    if (question.options.some((each) => each.code === value) && !condition.among.includes(value)) return condition.question;
  }
  return "";
};

/* The codes of the questions that these answers lead to. */
export const asked = (document, answers) => {
  const shown = new Set(), ends = screenedOut(document, answers);
  for (const question of questionsOf(document)) {
    if (!(question.only_if ?? []).every((each) => holds(each, shown, answers))) continue;
    shown.add(question.code);
    if (question.code === ends) break;
  }
  return [...shown];
};

const turned = (question) => {
  if (question.kind !== "scale") return question;
  const steps = question.options.filter((each) => !each.no_opinion), rest = question.options.filter((each) => each.no_opinion);
  return { ...question, options: [...steps.reverse(), ...rest] };
};

/* Blocks in their order; those that rotate begin elsewhere, and scales may be turned. */
export const arranged = (document, arrangement) => {
  const turn = Math.floor(arrangement / 2), isTurned = Boolean(document.flips) && arrangement % 2 === 1;
  return document.blocks.map((block) => {
    let questions = block.questions.map((each) => ({ ...each, options: optionsOf(document, each) }));
    const first = block.rotates && questions.length ? turn % questions.length : 0;
    questions = [...questions.slice(first), ...questions.slice(0, first)];
    return { ...block, questions: isTurned ? questions.map(turned) : questions };
  });
};

/* The questions of one sheet as it shows them now. */
export const sheetOf = (document, arrangement, answers) => {
  const shown = new Set(asked(document, answers));
  return arranged(document, arrangement).flatMap((block) => block.questions).filter((each) => shown.has(each.code));
};

export const isBlank = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

/* What has to be answered before a whole sheet can be sent. */
export const missing = (document, answers) => {
  if (screenedOut(document, answers)) return [];
  const shown = new Set(asked(document, answers));
  return questionsOf(document).filter((each) => shown.has(each.code) && each.required && isBlank(answers[each.code])).map((each) => each.code);
};
