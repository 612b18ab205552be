/* The key by which this browser sends, and giving it back. */
import * as store from "./store.js";

export const authorization = (token) => ({ Authorization: `Basic ${btoa(`field:${token}`)}` });

/* Old browsers know no such patience: there the network's own end counts. */
export const within = (milliseconds) => AbortSignal.timeout?.(milliseconds);

/* Signing out: the key is given back, what was fetched forgotten, and what is not sent waits for its own person. */
export const giveBack = async (address) => {
  const person = store.person();
  if (!person) return;
  await store.open(person);
  const token = await store.kept("token");
  if (token) await fetch(address, { method: "POST", headers: authorization(token), signal: within(5000) }).catch(() => {});
  await store.keep("token", null);
  await store.keep("told", null);
  await store.forgetHouseholds();
  store.belongTo(null);
};
