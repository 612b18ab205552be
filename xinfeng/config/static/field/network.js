/* What may go wrong between a phone and the server, and when to try again. */

/* The phone has been shut out, or its key is gone. */
export class ShutOut extends Error {}
/* The network or the server cannot just now; `after` when the server says how many seconds. */
export class Later extends Error {
  constructor(after) { super("later"); this.after = after; }
}

/* One tab sends at a time; the others wait for nothing and look again later. */
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && work()) : work());

// Half a minute, one, two … at most a quarter of an hour; phones that were cut off together do not come back together.
const FIRST = 30_000, LONGEST = 900_000;
export const pause = (failures, after) => Math.max((after ?? 0) * 1000, Math.min(LONGEST, FIRST * 2 ** (failures - 1)) * (0.75 + Math.random() / 2));
