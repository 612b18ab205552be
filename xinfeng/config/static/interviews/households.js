/* The households as they were fetched, with what the phone itself knows since: what is due comes first. */
import { session } from "../field/session.js";

const zone = () => session.told?.zone;

/* The server's time, by the difference of clocks when it was last asked: phones go wrong, and cities differ. */
export const now = () => new Date(Date.now() + (session.told?.ahead ?? 0));
export const dayOf = (at) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
export const partOf = (at) => {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: zone(), hour: "2-digit", hourCycle: "h23" }).format(at));
  return hour < 12 ? "MORNING" : hour < 18 ? "AFTERNOON" : "EVENING";
};

export const surveyOf = (code) => session.told?.surveys.find((each) => each.code === code) ?? null;

export const householdOf = (unit) => {
  for (const survey of session.told?.surveys ?? []) {
    for (const community of survey.communities) {
      const household = community.households.find((each) => each.code === unit);
      if (household) return { survey, community, household };
    }
  }
  return null;
};

const PARTS = ["MORNING", "AFTERNOON", "EVENING"];

/* One of: wrong, begun, waiting, due, to-visit, tried, arrived. */
export const toneOf = (household, sheet) => {
  if (sheet) return { DRAFT: "begun", READY: "waiting", REFUSED: "wrong" }[sheet.state];
  if (household.is_final) return "arrived";
  if (household.again && household.again.on <= dayOf(now())) return "due";
  return household.attempts ? "tried" : "to-visit";
};

const URGENT = ["wrong", "begun", "due", "to-visit", "tried", "waiting", "arrived"];

const keyOf = ({ household, tone }) => [
  URGENT.indexOf(tone),
  household.again ? household.again.on + PARTS.indexOf(household.again.part) : "",
  household.attempts, household.number,
];

export const byUrgency = (one, other) => {
  const [a, b] = [keyOf(one), keyOf(other)];
  const at = a.findIndex((each, k) => each !== b[k]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
};

/* The sheet that this phone holds of each household; there is one at most. */
export const ofUnits = (sheets) => new Map(sheets.map((each) => [each.unit, each]));

/* A survey runs up to a day, without it: its last day is the one before. */
export const lastDay = (survey) => new Date(Date.parse(`${survey.until}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
