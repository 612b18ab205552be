/* Surveys, their communities, and households by what is due. */
import { switches } from "../field/modes.js";
import { session } from "../field/session.js";
import * as store from "../field/store.js";
import { addresses, button, day, language, make, say, time } from "../field/words.js";
import { byUrgency, lastDay, ofUnits, toneOf } from "./households.js";
import { progress } from "./outbox.js";

const SIGNS = { "to-visit": "○", tried: "↻", due: "!", begun: "…", waiting: "↑", wrong: "!", arrived: "✓" };

export const stateOf = (household, sheet, tone) => {
  if (sheet) return say(`is_${sheet.state.toLowerCase()}`);
  if (household.is_final) return say(`d_${household.disposition}`);
  if (household.again) return say("again_on", { day: day(household.again.on), part: say(household.again.part) });
  return household.attempts ? `${say(`d_${household.disposition}`)} · ${say("tries", { n: household.attempts })}` : say(tone === "to-visit" ? "not_tried" : "due");
};

const line = ({ household, sheet, tone }) => make("li", { className: `point ${tone}`, data: { unit: household.code } },
  make("a", { href: `#/door/${household.code}` },
    make("span", { className: "order", textContent: household.number }),
    make("span", { className: "grow" },
      make("strong", { textContent: household.address || say("household_of_list", { n: household.number }) }),
      make("span", { className: "progress" }, make("span", { className: "sign", textContent: `${SIGNS[tone]} ` }), stateOf(household, sheet, tone)))));

const communityPart = (community, held) => {
  const rows = community.households.map((household) => {
    const sheet = held.get(household.code);
    return { household, sheet, tone: toneOf(household, sheet) };
  });
  const done = rows.filter(({ tone }) => tone === "arrived").length;
  const open = rows.filter(({ tone }) => tone !== "arrived").sort(byUrgency), over = rows.filter(({ tone }) => tone === "arrived").sort(byUrgency);
  const bar = make("progress", { max: rows.length, value: done });
  bar.setAttribute("aria-label", say("done_of", { n: done, all: rows.length }));
  return make("section", { data: { community: community.code } },
    make("h2", {}, community.name),
    make("p", { className: "quiet" }, say("done_of", { n: done, all: rows.length })), bar,
    open.length ? make("ol", { className: "points" }, open.map(line)) : make("p", { className: "empty" }, say("all_done")),
    over.length ? make("details", {}, make("summary", {}, say("over", { n: over.length })), make("ol", { className: "points" }, over.map(line))) : null);
};

const surveyPart = (survey, held) => [
  make("p", { className: "survey" }, make("strong", {}, (language === "en" && survey.name_en) || survey.name), ` · ${say("until", { day: day(lastDay(survey)) })}`),
  ...survey.communities.map((community) => communityPart(community, held)),
];

/* Where else one asks: pages of their own, which need a network. */
const deskPart = (desk) => make("section", { className: "desk", data: { desk: desk.mode } },
  make("p", { className: "survey" }, make("strong", {}, (language === "en" && desk.name_en) || desk.name)),
  make("a", { className: "button wide", href: desk.href }, say(`desk_${desk.mode}`)));

export const waitingPart = (sheets, outbox) => {
  const waiting = sheets.filter((each) => each.state === "READY").length;
  if (!waiting) return null;
  return make("div", { className: "note waiting", id: "waiting" },
    make("p", {}, outbox.sending && progress.all ? say("sent_of", { n: progress.sent, all: progress.all }) : say("sheets_wait", { n: waiting }), outbox.next ? ` ${say("next_try", { time: time(outbox.next) })}` : ""),
    make("progress", { hidden: !outbox.sending, max: Math.max(progress.all, 1), value: progress.sent }),
    Object.assign(button(say(outbox.sending ? "sending" : "send_now"), outbox.sendNow), { id: "send-now", disabled: outbox.sending }));
};

/* What this phone still holds of households that are not told any more. */
const others = (sheets) => {
  const known = new Set((session.told?.surveys ?? []).flatMap((survey) => survey.communities.flatMap((each) => each.households.map(({ code }) => code))));
  const lost = sheets.filter((each) => !known.has(each.unit));
  return lost.length ? [make("h2", {}, say("of_others")), make("ol", { className: "points" }, lost.map((sheet) => line({ household: { code: sheet.unit, number: "·", attempts: 0, address: sheet.unit }, sheet, tone: toneOf({}, sheet) })))] : [];
};

export const listScreen = async (outbox) => {
  const { told } = session;
  if (!store.person()) return [make("h1", {}, say("title")), make("p", { className: "empty" }, say("nobody"))];
  const sheets = await store.sheets(), held = ofUnits(sheets);
  const nothing = !told?.surveys.length && !told?.desks?.length && make("p", { className: "empty" }, say(told ? "no_survey" : "never_fetched"));
  return [
    make("h1", {}, say("title")), waitingPart(sheets, outbox), nothing,
    ...(told?.surveys ?? []).flatMap((survey) => surveyPart(survey, held)), ...(told?.desks ?? []).map(deskPart), ...others(sheets),
    make("footer", { className: "foot" }, ...switches(),
      make("a", { className: "button", href: addresses.phones }, say("phones")),
      make("a", { className: "button", href: "#/leave" }, say("leave"))),
  ];
};

export const leaveScreen = async (leave, outbox) => {
  const sheets = store.person() ? await store.sheets() : [];
  const unsent = sheets.filter((each) => each.state !== "DRAFT").length, drafts = sheets.length - unsent;
  return [
    make("p", {}, make("a", { href: "#/", className: "back" }, say("back"))),
    make("h1", {}, say("leave")),
    sheets.length
      ? make("div", { className: "note wrong", role: "alert" }, make("p", {}, say("leave_unsent", { n: unsent, drafts })), make("p", {}, say("leave_kept")))
      : make("p", {}, say("leave_nothing")),
    make("div", { className: "actions" },
      unsent ? button(say("send_now"), outbox.sendNow, "primary wide") : null,
      Object.assign(button(say(sheets.length ? "leave_all_the_same" : "leave"), leave, sheets.length ? "wide" : "primary wide"), { id: "leave" })),
    make("p", { className: "quiet" }, make("a", { href: addresses.home }, say("home"))),
  ];
};
