/* The inspector's points in the order of the way: on a sketch and as a list, with what has become of each. */
import { sketch } from "./map.js";
import { switches } from "./modes.js";
import { session } from "./session.js";
import * as store from "./store.js";
import { addresses, button, day, far, make, metres, say, time } from "./words.js";

/* The newest visit of each point is the one that counts; corrections come after what they correct. */
export const newest = (visits) => {
  const found = new Map();
  for (const visit of [...visits].sort((a, b) => a.created - b.created)) found.set(`${visit.round}/${visit.point}`, visit);
  return found;
};

export const find = (roundCode, pointCode) => {
  const round = session.told?.rounds.find((each) => each.code === roundCode);
  const point = round?.points.find((each) => each.code === pointCode);
  return point ? { round, point, form: session.told.forms[point.form] ?? null } : null;
};

const isBegun = (visit) => Object.keys(visit.answers).some((name) => name !== "place") || visit.amends;

/* One of: to-visit, begun, waiting, partly, wrong, arrived. */
export const toneOf = (visit, point) => {
  if (visit?.state !== "DRAFT" && whyNot(visit, point)) return "wrong";
  if (visit?.state === "DRAFT") return isBegun(visit) ? "begun" : "to-visit";
  if (visit?.state === "READY") return visit.begun ? "partly" : "waiting";
  if (visit) return { RETAKE: "partly", REFUSED: "wrong", ARRIVED: "arrived", CORRECTED: "arrived" }[visit.state];
  if (point?.sent) return point.sent.arrived < point.sent.expected ? "partly" : "arrived";
  return point?.state === "VISITED" ? "arrived" : "to-visit";
};

const photosOf = (arrived, expected) => (expected ? say(arrived < expected ? "some_arrived" : "all_arrived", { n: arrived, all: expected }) : say("answers_arrived"));

/* Why what arrived does not count, once the office's side has read it; "" when it does. */
export const whyNot = (visit, point) => (!visit || visit.id === point?.sent?.id ? point?.sent?.why_not ?? "" : "");

export const progress = (visit, point) => {
  const why = whyNot(visit, point), told = became(visit, point);
  return why ? `${told} · ${say("not_counted", { why })}` : told;
};

const became = (visit, point) => {
  if (!visit) {
    if (point?.sent) return photosOf(point.sent.arrived, point.sent.expected);
    return point?.state === "VISITED" ? say("read_elsewhere") : say("to_visit");
  }
  if (visit.state === "DRAFT") return say(visit.amends ? "correcting" : isBegun(visit) ? "begun" : "to_visit");
  if (visit.state === "REFUSED") return say("refused");
  if (visit.state === "READY" && !visit.begun) return say("waits", { n: visit.files.length });
  const arrived = photosOf(visit.sent.length, visit.files.length);
  return visit.state === "RETAKE" ? `${arrived} · ${say("retake_needed", { n: Object.keys(visit.unfit).length })}` : arrived;
};

const SIGNS = { "to-visit": "○", begun: "…", waiting: "↑", partly: "↑", wrong: "!", arrived: "✓" };

const line = (round, point, visit, distance) => {
  const tone = toneOf(visit, point);
  return make("li", { className: `point ${tone}`, data: { point: point.code } },
    make("a", { href: `#/point/${round.code}/${point.code}` },
      make("span", { className: "order", textContent: point.order ?? "·" }),
      make("span", { className: "grow" },
        make("strong", { textContent: point.name }),
        make("span", { className: "quiet", textContent: [point.type_name, point.address, distance].filter(Boolean).join(" · ") }),
        make("span", { className: "progress" }, make("span", { className: "sign", textContent: `${SIGNS[tone]} ` }), progress(visit, point)))));
};

const distances = (points, here) => points.map((point, k) => {
  const fromHere = metres(here, point);
  if (fromHere !== null) return say("from_here", { far: far(fromHere) });
  const leg = k ? metres(points[k - 1], point) : null;
  return leg === null ? "" : say("from_last", { far: far(leg) });
});

const roundPart = (round, visits, here) => {
  const of = (point) => visits.get(`${round.code}/${point.code}`);
  const tones = round.points.map((point) => toneOf(of(point), point));
  const done = tones.filter((tone) => tone === "arrived").length;
  const next = round.points.find((point, k) => tones[k] === "to-visit" || tones[k] === "begun");
  const lengths = distances(round.points, here);
  const bar = make("progress", { max: round.points.length, value: done });
  bar.setAttribute("aria-label", say("done_of", { n: done, all: round.points.length }));
  return [
    make("h2", {}, round.name),
    make("p", { className: "quiet" }, say("done_of", { n: done, all: round.points.length }), " · ", say("until", { day: day(round.until) })),
    bar,
    next ? make("p", {}, make("a", { className: "button primary wide", href: `#/point/${round.code}/${next.code}` }, say("next_point", { name: next.name }))) : null,
    sketch(round.points, { title: say("map"), here, you: say("you") }, (point) => toneOf(of(point), point)),
    make("ol", { className: "points" }, round.points.map((point, k) => line(round, point, of(point), lengths[k]))),
  ];
};

/* Visits of rounds that are not told any more: what has not arrived of them is still here, and still sent. */
const others = (visits) => [...visits.values()].filter((visit) => store.isUnsent(visit) && !find(visit.round, visit.point));

const otherPart = (visits) => (visits.length ? [
  make("h2", {}, say("of_other_rounds")),
  make("ol", { className: "points" }, visits.map((visit) => line({ code: visit.round }, { code: visit.point, name: visit.name }, visit, ""))),
] : []);

const waitingPart = (visits, outbox) => {
  const waiting = visits.filter((visit) => visit.state === "READY").length;
  if (!waiting) return null;
  return make("div", { className: "note waiting", id: "waiting" },
    make("p", {}, say("visits_wait", { n: waiting }), outbox.next ? ` ${say("next_try", { time: time(outbox.next) })}` : ""),
    make("progress", { hidden: !outbox.sending }),
    Object.assign(button(say(outbox.sending ? "sending" : "send_now"), outbox.sendNow), { id: "send-now", disabled: outbox.sending }));
};

export const roundsScreen = async (outbox, here) => {
  const { told } = session;
  if (!store.person()) return [make("h1", {}, say("title")), make("p", { className: "empty" }, say("nobody"))];
  const all = await store.visits(), visits = newest(all);
  const kept = others(visits);
  const nothing = !told?.rounds.length && make("p", { className: "empty" }, say(told ? "no_round" : "never_fetched"));
  return [
    make("h1", {}, say("title")),
    waitingPart(all, outbox),
    nothing,
    ...(told?.rounds ?? []).flatMap((round) => roundPart(round, visits, here)),
    ...otherPart(kept),
    make("footer", { className: "foot" },
      ...switches(),
      make("a", { className: "button", href: addresses.phones }, say("phones")),
      make("a", { className: "button", href: "#/leave" }, say("leave"))),
  ];
};

export const leaveScreen = async (leave, outbox) => {
  const all = store.person() ? await store.visits() : [];
  const unsent = all.filter(store.isUnsent).length, drafts = all.filter((visit) => visit.state === "DRAFT" && isBegun(visit)).length;
  return [
    make("p", {}, make("a", { href: "#/", className: "back" }, say("back"))),
    make("h1", {}, say("leave")),
    unsent || drafts
      ? make("div", { className: "note wrong", role: "alert" }, make("p", {}, say("leave_unsent", { n: unsent, drafts })), make("p", {}, say("leave_kept")))
      : make("p", {}, say("leave_nothing")),
    make("div", { className: "actions" },
      unsent ? button(say("send_now"), outbox.sendNow, "primary wide") : null,
      Object.assign(button(say(unsent || drafts ? "leave_all_the_same" : "leave"), leave, unsent || drafts ? "wide" : "primary wide"), { id: "leave" })),
    make("p", { className: "quiet" }, make("a", { href: addresses.home }, say("home"))),
  ];
};
