/* Whose pages these are, what the server told them last, and the key by which this browser sends. */
import { authorization, giveBack, within } from "./key.js";
import { ShutOut } from "./network.js";
import * as store from "./store.js";
import { addresses } from "./words.js";

const PATIENCE = 20_000;

/* Nobody is signed in, and these pages belong to nobody or their key is not known any more. */
export class SignedOut extends Error {}
/* The server says no in a sentence. */
export class Refused extends Error {}

export const session = { told: null, token: null, isShut: false };

/* Where what was told is kept, and whether this browser has to send: each kind of pages says it for itself. */
export const shelf = {
  kept: () => store.kept("told"),
  keep: (told) => store.keep("told", told),
  isNeeded: async (told) => told.rounds.length || (await store.visits()).some(store.isUnsent),
};

const ask = async (address, options = {}) => {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: within(PATIENCE), ...options });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
  if (answer.status >= 400 && answer.status < 500) throw new Refused(await sentence(answer));
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
};

const sentence = async (answer) => {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-sentence]")?.dataset.sentence || String(answer.status);
};

/* What was told last, without a network. */
export const remembered = async () => {
  const person = store.person();
  if (!person) return;
  await store.open(person);
  session.told = (await shelf.kept()) ?? null;
  await readKey();
};

const readKey = async () => {
  session.token = (await store.kept("token")) ?? null;
  session.isShut = Boolean(await store.kept("shut"));
};

const takeOver = async (found) => {
  const { csrf, ...told } = found;
  if (String(told.person) !== store.person() || !session.told) {
    await store.open(told.person);
    store.belongTo(told.person);
    await readKey();
  }
  session.told = told;
  await shelf.keep(told);
  if (csrf && !session.token && !session.isShut && (await shelf.isNeeded(told))) await setUp(csrf);
};

const setUp = async (csrf) => {
  const answer = await ask(addresses.phone, { method: "POST", headers: { "X-CSRFToken": csrf } });
  session.token = (await answer.json()).token;
  await store.keep("token", session.token);
};

/* By the session of whoever is signed in; long after it has ended, by this browser's own key. */
export const refresh = async () => {
  try {
    await takeOver(await (await ask(addresses.told)).json());
  } catch (error) {
    if (!(error instanceof SignedOut) || !session.token) throw error;
    const answer = await ask(addresses.told, { headers: authorization(session.token) })
      .catch((second) => { throw second instanceof SignedOut ? new ShutOut() : second; });
    await takeOver(await answer.json());
  }
};

/* The key is not known any more: somebody has shut this phone out, and it does not let itself in again. */
export const shutOut = async () => {
  Object.assign(session, { token: null, isShut: true });
  await store.keep("token", null);
  await store.keep("shut", true);
};

export const letIn = async () => {
  session.isShut = false;
  await store.keep("shut", false);
};

export const leave = async () => {
  await giveBack(addresses.leaving);
  session.told = session.token = null;
};
