/* Sending what is finished: some at a time, each answered by itself, again and again until all has arrived. */
import { authorization, within } from "../field/key.js";
import { alone, Later, ShutOut } from "../field/network.js";
import { session } from "../field/session.js";
import * as store from "../field/store.js";
import { addresses } from "../field/words.js";
import { householdOf } from "./households.js";
import { open, told } from "./sealed.js";

const AT_ONCE = 10, PATIENCE = 60_000;

/* How far this sending is: “3 of 5 sent”. */
export const progress = { sent: 0, all: 0 };

// Not in the order in which people answered: nobody learns from it who said what.
const shuffled = (list) => list.map((each) => [Math.random(), each]).sort(([a], [b]) => a - b).map(([, each]) => each);

const itemOf = ({ id, unit, kind, said }) => {
  const { draft, ...rest } = said;
  return { key: id, unit, kind, ...rest };
};

const post = async (items) => {
  const answer = await fetch(addresses.sheets, {
    method: "POST", body: JSON.stringify({ items }), credentials: "same-origin", redirect: "manual", cache: "no-store",
    headers: { "Content-Type": "application/json", ...authorization(session.token) }, signal: within(PATIENCE),
  }).catch(() => { throw new Later(); });
  if (answer.status === 401) throw new ShutOut();
  if (answer.status === 413) return null;
  const found = answer.ok ? await answer.json().catch(() => null) : null;
  // A page of some network's own in between is not our server.
  if (!Array.isArray(found?.items)) throw new Later(Number(answer.headers?.get("Retry-After")) || undefined);
  return found.items;
};

const settle = async (sheet, result) => {
  if (!result) throw new Later();
  if (!result.is_taken) return store.keepSheet({ ...(await store.sheet(sheet.id)), state: "REFUSED", code: result.code, why: result.detail, mistakes: result.mistakes });
  const household = householdOf(sheet.unit)?.household;
  if (household) Object.assign(household, { disposition: result.disposition, is_final: result.is_final });
  await told.keep(session.told);
  await store.dropSheet(sheet.id);
  progress.sent += 1;
};

const sendSome = async (sheets, tell) => {
  const results = await post(sheets.map(itemOf));
  if (!results && sheets.length > 1) {
    for (const sheet of sheets) await sendSome([sheet], tell);
    return;
  }
  for (const sheet of sheets) await settle(sheet, results ? results.find((each) => each.key === sheet.id) : { is_taken: false, code: "parcel_large", detail: "" });
  await tell();
};

export const isWaiting = (sheet) => sheet.state === "READY";

export const send = (tell) => alone("interviews-outbox", async () => {
  const waiting = shuffled((await store.sheets()).filter(isWaiting));
  Object.assign(progress, { sent: 0, all: waiting.length });
  for (let k = 0; k < waiting.length; k += AT_ONCE) {
    const opened = await Promise.all(waiting.slice(k, k + AT_ONCE).map(open));
    await sendSome(opened.filter((each) => each.said), tell);
  }
});
