/* One visit: filled in, waiting, received, refused, or corrected. */
import { given, missing, moment as written, named, shown, xml } from "./checklist.js";
import { developed, position, TooSmall } from "./photos.js";
import { asked, isAsked, photographed, pictured } from "./questions.js";
import { find, newest, progress, toneOf, whyNot } from "./rounds.js";
import * as store from "./store.js";
import { button, local, make, moment, say } from "./words.js";

const back = (more) => make("p", { className: "top" }, make("a", { href: "#/", className: "back" }, say("back")), more);

const anew = (from) => ({
  ...from, id: `uuid:${crypto.randomUUID()}`, state: "DRAFT", created: Date.now(), started: written(new Date()), ended: null, xml: null,
  files: [], sent: [], unfit: {}, receipts: [], begun: false, tried: false, why: "", code: "",
});

const begin = async ({ round, point, form }) => {
  // The form as it was begun with: a newer version must not change the questions under one's hands.
  const visit = anew({ round: round.code, point: point.code, name: point.name, form, answers: {}, amends: point.sent?.id ?? null });
  await store.change(visit.id, () => visit);
  return visit;
};

/* What has arrived is never changed: a correction is a visit of its own that names what it corrects. */
const correct = async (visit, amends) => {
  const made = anew({ ...visit, amends });
  await store.copy(visit.id, made, (photo) => ({ ...photo, carried: visit.sent.includes(photo.name) || Boolean(photo.carried) }));
};

/* What the server did not take is opened again: under a new id, for nothing of it has been received. */
const reopen = async (visit, form) => {
  const made = anew({ ...visit, form: form ?? visit.form });
  await store.copy(visit.id, made, (photo) => photo);
  await store.drop(visit.id);
};

// ---- Filling in

const failure = (error) => say(error instanceof TooSmall ? "photo_small" : error.name === "QuotaExceededError" ? "phone_full" : "photo_failed");

const taking = (visit, name, how, show) => async (file, status) => {
  status.textContent = say("photo_working");
  try {
    const photo = await developed(file, new Date(), position());
    await how({ ...photo, visit: visit.id, name });
    await show();
  } catch (error) {
    status.textContent = failure(error);
  }
};

const photoOf = (visit, photos, show) => (question) => {
  const before = visit.answers[question.name];
  const name = `${question.name}-${crypto.randomUUID().slice(0, 8)}.jpg`;
  const keep = (photo) => store.addPhoto(photo, (found) => found.state === "DRAFT" && { ...found, answers: { ...found.answers, [question.name]: name } }, before);
  return { kept: photos.find((each) => each.name === before), taken: taking(visit, name, keep, show) };
};

const finish = async (id, status, outbox) => {
  const visit = await store.visit(id);
  const lacking = missing(visit.form, visit.answers).filter((name) => !["round_code", "point_code"].includes(name));
  document.querySelectorAll(".question.wrong").forEach((each) => each.classList.remove("wrong"));
  if (lacking.length) {
    status.textContent = say("still_missing", { n: lacking.length });
    for (const name of lacking) document.querySelector(`[data-question="${CSS.escape(name)}"]`)?.classList.add("wrong");
    return document.querySelector(".question.wrong")?.scrollIntoView({ block: "center" });
  }
  await store.change(id, (found) => {
    if (found.state !== "DRAFT") return null;
    const ended = { ...found, ended: written(new Date()), answers: given(found.form, found.answers) };
    return { ...ended, state: "READY", files: named(found.form, ended.answers), xml: xml(found.form, ended) };
  });
  location.hash = "#/";
  outbox.sendNow();
};

const counted = (form, answers) => {
  const wanted = form.questions.filter((question) => isAsked(question) && question.required && shown(form, question, answers));
  const lacking = missing(form, answers).filter((name) => wanted.some((question) => question.name === name));
  return { all: wanted.length, lacking };
};

const thumb = (visit, status, outbox) => {
  const text = make("span", { className: "quiet", role: "status" });
  const bar = make("progress", {});
  let open = [];
  const next = button(say("next_open"), () => {
    document.querySelector(`[data-question="${CSS.escape(open[0])}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" });
  });
  const done = Object.assign(button(say(visit.amends ? "finish_correction" : "finish"), () => finish(visit.id, status, outbox), "primary"), { id: "finish" });
  const update = (answers) => {
    const { all, lacking } = counted(visit.form, answers);
    open = lacking;
    Object.assign(bar, { max: all || 1, value: all - lacking.length });
    text.textContent = lacking.length ? say("open_of", { n: lacking.length, all }) : say("all_answered");
    next.hidden = !lacking.length;
  };
  update(visit.answers);
  return { bar: make("div", { className: "thumb" }, make("div", { className: "counted" }, text, bar), make("div", { className: "buttons" }, next, done)), update };
};

const draftScreen = async (visit, place, outbox, show) => {
  const photos = await store.photos(visit.id);
  const status = make("p", { className: "note due", role: "alert" });
  const foot = thumb(visit, status, outbox);
  const questions = make("div", { id: "questions" });
  const changed = async (name, value) => {
    const found = await store.change(visit.id, (each) => each.state === "DRAFT" && { ...each, answers: { ...each.answers, [name]: value } });
    if (!found) return;
    for (const each of found.form.questions) {
      const box = questions.querySelector(`[data-question="${CSS.escape(each.name)}"]`);
      if (box) box.hidden = !shown(found.form, each, found.answers);
    }
    questions.querySelector(`[data-question="${CSS.escape(name)}"]`)?.classList.remove("wrong");
    foot.update(found.answers);
  };
  questions.append(...asked(visit.form, visit.answers, changed, photoOf(visit, photos, show)));
  const discard = visit.amends && place && button(say("discard"), async () => { await store.drop(visit.id); await show(); });
  return [
    ...head(visit, place),
    visit.amends ? make("p", { className: "note" }, say("correcting_what")) : null,
    make("p", { className: "quiet" }, say("kept_at_once")),
    questions, status, discard ? make("p", {}, discard) : null, foot.bar,
  ];
};

const head = (visit, place) => {
  const { point } = place ?? {};
  const where = point?.lat != null && `geo:${point.lat},${point.lon}?q=${point.lat},${point.lon}(${encodeURIComponent(point.name)})`;
  return [
    back(where ? make("a", { className: "button", href: where }, say("open_map")) : null),
    make("h1", {}, visit.name),
    make("p", { className: "quiet" }, [visit.point, point?.type_name, point?.address].filter(Boolean).join(" · ")),
  ];
};

// ---- After finishing

/* What was answered, short: how many of each verdict, and what is wrong with its picture. */
const summary = async (visit) => {
  const photos = await store.photos(visit.id);
  const counts = new Map();
  const wrong = [];
  for (const question of visit.form.questions.filter((each) => each.line && each.type === "select_one")) {
    const choice = question.choices.find((each) => each.name === visit.answers[question.name]);
    if (!choice) continue;
    counts.set(local(choice.label), (counts.get(local(choice.label)) ?? 0) + 1);
    const photo = photos.find((each) => each.name === visit.answers[`${question.name}_photo`]);
    const note = visit.answers[`${question.name}_note`];
    if (photo || note) wrong.push(make("li", {}, make("span", {}, `${question.line} ${local(question.label)}`), note ? make("span", { className: "quiet" }, note) : null, photo ? pictured(photo, local(question.label)) : null));
  }
  return [
    make("p", {}, [...counts].map(([label, n]) => `${label} ${n}`).join(" · ")),
    wrong.length ? make("ul", { className: "summary" }, wrong) : null,
  ];
};

const receiptPart = (visit) => {
  const last = visit.receipts.filter((receipt) => receipt.isTaken).at(-1);
  if (!last) return null;
  return make("p", { className: "quiet receipt" }, say("receipt", { at: moment(last.at), id: visit.id.replace("uuid:", "").slice(0, 8) }), " ", last.message);
};

const retake = async (visit, outbox, show) => {
  const photos = await store.photos(visit.id);
  return Object.entries(visit.unfit).map(([name, why]) => {
    const question = visit.form.questions.find((each) => visit.answers[each.name] === name);
    const line = visit.form.questions.find((each) => `${each.name}_photo` === question?.name);
    // Under the same name: the answers were sent with it, and stay as they are.
    const keep = (photo) => store.addPhoto(photo, (found) => {
      const { [name]: _gone, ...unfit } = found.unfit;
      return { ...found, unfit, state: "READY" };
    });
    const how = taking(visit, name, async (photo) => { await keep(photo); outbox.sendNow(); }, show);
    const kept = photos.find((each) => each.name === name && (each.bytes || each.thumb));
    return make("div", { className: "question wrong", data: { question: question?.name ?? name } },
      make("p", { className: "ask" }, line ? `${line.line ?? ""} ${local(line.label)}` : local(question?.label)),
      make("p", {}, why || say("photo_broken")),
      photographed({ name: `again-${name}`, label: question?.label }, kept, how));
  });
};

const ADVICE = {
  form_closed: "advice_closed", form_unknown: "advice_closed", form_version_unknown: "advice_closed",
  form_not_yours: "advice_not_yours", amends_another: "advice_not_yours", submission_of_another: "advice_not_yours",
  submission_differs: "advice_differs", amends_old: "advice_old", amends_unknown: "advice_old", amends_withdrawn: "advice_withdrawn", submission_withdrawn: "advice_withdrawn",
};

const refusedPart = (visit, place, outbox, show) => {
  // What has been taken in cannot be opened again; it is corrected.
  const again = visit.begun
    ? () => correct(visit, visit.id)
    : () => reopen({ ...visit, amends: place?.point.sent?.id ?? (["amends_withdrawn", "amends_unknown"].includes(visit.code) ? null : visit.amends) }, visit.code.startsWith("form_") ? place?.form : null);
  return [
    make("div", { className: "note wrong", role: "alert" }, make("p", {}, visit.why), make("p", {}, say(ADVICE[visit.code] ?? "advice_other"))),
    make("div", { className: "actions" },
      Object.assign(button(say("try_again"), async () => {
        await store.change(visit.id, (found) => found.state === "REFUSED" && { ...found, state: "READY" });
        await show();
        outbox.sendNow();
      }, "primary wide"), { id: "try-again" }),
      Object.assign(button(say("open_again"), async () => { await again(); await show(); }, "wide"), { id: "open-again" })),
  ];
};

const endedScreen = async (visit, place, outbox, show) => {
  const tone = toneOf(visit, place?.point);
  const isOpen = place && place.point.state !== "REPLACED";
  const parts = [...head(visit, place), make("p", { className: `note ${tone}`, id: "became" }, progress(visit, place?.point)), receiptPart(visit)];
  if (whyNot(visit, place?.point)) parts.push(make("p", {}, say("not_counted_what")));
  if (visit.state === "REFUSED") parts.push(...refusedPart(visit, place, outbox, show));
  if (visit.state === "RETAKE") parts.push(make("p", {}, say("retake_why")), ...(await retake(visit, outbox, show)));
  if (visit.state === "READY") {
    parts.push(Object.assign(button(say(outbox.sending ? "sending" : "send_now"), outbox.sendNow, "primary wide"), { disabled: outbox.sending }));
    // Before it was first sent nobody else has it: it is simply not finished any more.
    if (!visit.tried) parts.push(button(say("change"), async () => { await store.change(visit.id, (found) => found.state === "READY" && !found.tried && { ...found, state: "DRAFT", xml: null }); await show(); }, "wide"));
  }
  if (visit.state === "ARRIVED" || visit.state === "RETAKE") {
    parts.push(isOpen
      ? Object.assign(button(say("correct"), async () => { await correct(visit, place.point.sent?.id ?? visit.id); await show(); }, "wide"), { id: "correct" })
      : make("p", { className: "quiet" }, say("round_over")));
  }
  return [...parts, ...(await summary(visit))];
};

const elsewhereScreen = (place, show) => {
  const { point, form } = place;
  return [
    ...head({ name: point.name, point: point.code }, place),
    make("p", { className: `note ${toneOf(null, point)}` }, progress(null, point)),
    make("p", {}, say(point.sent ? "sent_elsewhere" : "read_on_pages")),
    form?.can_be_filled && point.sent ? Object.assign(button(say("fill_anew"), async () => { await begin(place); await show(); }, "wide"), { id: "correct" }) : null,
  ];
};

export const visitScreen = async (roundCode, pointCode, outbox, show) => {
  const known = newest(await store.visits()).get(`${roundCode}/${pointCode}`);
  const place = find(roundCode, pointCode);
  if (known) return known.state === "DRAFT" ? draftScreen(known, place, outbox, show) : endedScreen(known, place, outbox, show);
  if (!place) return [back(), make("p", { className: "empty" }, say("no_point"))];
  if (place.point.sent || place.point.state === "VISITED") return elsewhereScreen(place, show);
  if (!place.form?.can_be_filled) return [...head({ name: place.point.name, point: place.point.code }, place), make("p", { className: "empty" }, say(place.form ? "not_for_pages" : "not_out")), place.form ? null : button(say("look_again"), outbox.lookAgain, "wide")];
  return draftScreen(await begin(place), place, outbox, show);
};
