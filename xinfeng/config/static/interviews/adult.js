/* Which adult is asked: nobody at the door chooses, neither the household nor the surveyor. */
import * as store from "../field/store.js";
import { button, language, make, say } from "../field/words.js";
import { byBirthday, byKish } from "./adults.js";
import { ARRANGEMENTS } from "./flow.js";
import { dayOf, householdOf, now, partOf } from "./households.js";
import { keep } from "./sealed.js";

const MOST = 12;
let listing = null;

const numberBox = (id, label, value, most, act) => {
  const box = make("input", { type: "number", inputMode: "numeric", id, min: 0, max: most, value: value ?? "" });
  box.addEventListener("input", () => act(box.value === "" ? null : Number(box.value)));
  return make("label", {}, make("span", {}, label), box);
};

const sexBoxes = (place, adult, changed) => make("div", { className: "choices" }, [[true, "man"], [false, "woman"]].map(([isMan, word]) => {
  const box = make("input", { type: "radio", name: `sex-${place}`, checked: adult.isMan === isMan });
  box.addEventListener("change", () => { adult.isMan = isMan; changed(); });
  return make("label", { data: { choice: word } }, box, make("span", {}, say(word)));
}));

const lineOf = (rule, adult, place, changed) => make("fieldset", { className: "question adult" },
  make("legend", { className: "ask" }, say("adult_n", { n: place + 1 })),
  rule === "KISH"
    ? [sexBoxes(place, adult, changed), numberBox(`age-${place}`, say("age"), adult.age, 120, (value) => { adult.age = value; changed(); })]
    : make("div", { className: "birthday" },
      numberBox(`month-${place}`, say("month"), adult.month, 12, (value) => { adult.month = value; changed(); }),
      numberBox(`day-${place}`, say("day"), adult.day, 31, (value) => { adult.day = value; changed(); })));

const isWhole = (rule, { isMan, age, month, day }) => (rule === "KISH"
  ? isMan !== undefined && Number.isInteger(age) && age >= 0
  : month >= 1 && month <= 12 && day >= 1 && day <= new Date(2024, month, 0).getDate());

/* Alone at home, there is nothing to choose. */
const choose = ({ survey, household }, { adults }) => {
  if (adults.length === 1) return 0;
  if (!adults.length || !adults.every((each) => isWhole(survey.adult, each))) return null;
  return survey.adult === "KISH" ? byKish(adults, household.kish) : byBirthday(adults, dayOf(now()), household.ties);
};

const describe = (rule, adult, place) => {
  if (listing.adults.length === 1) return say("the_only_one");
  const more = rule === "KISH" ? `${say(adult.isMan ? "man" : "woman")}, ${adult.age}` : say("born", { month: adult.month, day: adult.day });
  return `${say("adult_n", { n: place + 1 })} (${more})`;
};

/* The list itself is not kept: only of how many one was chosen. */
const start = async (found, count) => {
  const { survey, household } = found;
  await keep({
    id: crypto.randomUUID(), unit: household.code, survey: survey.code, kind: "sheet", state: "DRAFT",
    said: {
      answers: {}, adults: count, language, arrangement: crypto.getRandomValues(new Uint8Array(1))[0] % ARRANGEMENTS,
      started_at: now().toISOString(), on: dayOf(now()), part: partOf(now()), draft: { at: null, seen: [], agreed: null },
    },
  });
  listing = null;
  location.hash = `#/sheet/${household.code}`;
};

const chosenPart = (found) => {
  const place = choose(found, listing);
  if (place === null) return make("div", { id: "chosen" });
  return make("div", { id: "chosen", className: "note arrived" },
    make("p", {}, say("ask_this_one")), make("p", { className: "who" }, describe(found.survey.adult, listing.adults[place], place)),
    Object.assign(button(say("begin"), () => start(found, listing.adults.length), "primary wide"), { id: "begin" }),
    make("p", { className: "quiet" }, say("nobody_instead")));
};

export const adultScreen = async (unit, draw) => {
  const found = householdOf(unit);
  const back = make("p", {}, make("a", { href: `#/door/${unit}`, className: "back" }, say("back_to_door")));
  if (!found || found.household.is_final || (await store.sheets()).some((each) => each.unit === unit)) return [back];
  if (listing?.unit !== unit) listing = { unit, adults: [] };
  const changed = () => document.getElementById("chosen").replaceWith(chosenPart(found));
  const count = make("div", { className: "counts", id: "counts" }, Array.from({ length: MOST }, (_, k) => {
    const made = button(String(k + 1), () => { listing.adults = Array.from({ length: k + 1 }, (__, n) => listing.adults[n] ?? {}); draw(); });
    made.setAttribute("aria-pressed", listing.adults.length === k + 1);
    return made;
  }));
  const rule = found.survey.adult;
  return [
    back, make("h1", {}, say("who_is_asked")), make("p", {}, say("how_many_adults")), count,
    listing.adults.length > 1 ? make("p", { className: "quiet" }, say(rule === "KISH" ? "list_kish" : "list_birthdays")) : null,
    ...(listing.adults.length > 1 ? listing.adults.map((adult, place) => lineOf(rule, adult, place, changed)) : []),
    chosenPart(found),
  ];
};
