/* What all pages on a phone share: which screen is shown, what went wrong, and when what is finished is sent. */
import { Later, pause, ShutOut } from "./network.js";
import { letIn, refresh, Refused, remembered, session, shutOut, SignedOut } from "./session.js";
import * as store from "./store.js";
import { addresses, button, make, say } from "./words.js";

const SEND_EVERY = 5_000, LOOK_AFTER = 300_000, WAIT_FOR_ANSWER = 2_500;
const screen = document.getElementById("screen");
const band = document.getElementById("band");

export const outbox = { sending: false, next: 0, failures: 0, again: false, sendNow: () => deliver({ isAsked: true }), lookAgain: () => look() };

/* Each kind of pages says: `screen(path)` draws, `waits()` whether something is to be sent, `send(tell)` sends it,
   `isFilling()` whether somebody is in the middle of something, `name` under which the worker keeps its shell. */
let pages = null, lookedAt = Date.now();

export const notice = (kind, text, ...more) => {
  band.replaceChildren(...(text ? [make("div", { className: `note ${kind}` }, make("span", {}, text), more)] : []));
};

const signIn = () => make("a", { className: "button", href: `${addresses.signIn}?next=${encodeURIComponent(location.pathname)}` }, say("sign_in"));

/* What went wrong, and what to do; every one of them leaves the visits where they are. */
const explain = (error) => {
  if (error instanceof ShutOut) notice("wrong", say("shut_out"), signIn());
  else if (error instanceof SignedOut) notice("due", say("signed_out"), signIn());
  else if (error instanceof Refused) notice("wrong", error.message, make("a", { className: "button", href: addresses.phones }, say("phones")));
  else if (navigator.onLine === false || error instanceof TypeError) notice("due", say("offline"));
  else if (error instanceof Later || ["TimeoutError", "AbortError", "Error"].includes(error.name)) notice("due", say("no_answer"));
  else notice("wrong", say("failed", { why: `${error.name} ${error.message}`.trim() }));
};

const ask = async () => {
  try {
    await refresh();
    if (session.isShut && !session.token) notice("wrong", say("shut_out"), button(say("set_up_again"), setUpAgain));
    else notice("", "");
    return true;
  } catch (error) {
    if (error instanceof ShutOut) await shutOut();
    // Shut out weighs more than signed out: signing in is then only the first half.
    explain(session.isShut && error instanceof SignedOut ? new ShutOut() : error);
    return false;
  }
};

/* What the server tells may have changed while the page lay open: another point, another checklist. */
const look = async () => {
  lookedAt = Date.now();
  if (await ask()) await showQuietly();
};

// Whoever was shut out is let in again by signing in and saying so; never by the page alone.
const setUpAgain = async () => {
  await letIn();
  if (await ask()) await deliver({ isAsked: true });
};


const deliver = async ({ isAsked = false } = {}) => {
  // The network may come back while a sending is giving up.
  if (outbox.sending) { outbox.again ||= isAsked; return; }
  if (!store.person() || (!isAsked && Date.now() < outbox.next)) return;
  if (!(await pages.waits())) return;
  Object.assign(outbox, { sending: true, again: false, next: 0 });
  showQuietly();
  try {
    if (session.token || ((await ask()) && session.token)) await pages.send(showQuietly);
    else throw new Later();
    outbox.failures = 0;
  } catch (error) {
    outbox.failures += 1;
    outbox.next = Date.now() + pause(outbox.failures, error.after);
    // Asking once more finds out whether somebody is signed in who may set the phone up again.
    if (error instanceof ShutOut) { await shutOut(); await ask(); }
    else if (session.token) explain(error);
  } finally {
    outbox.sending = false;
  }
  if (!outbox.failures) await ask();
  await showQuietly();
  if (outbox.again) deliver({ isAsked: true });
};


let drawing = Promise.resolve();

const draw = async () => {
  const made = await pages.screen(location.hash.split("/").slice(1).map(decodeURIComponent));
  const at = window.scrollY, isSame = screen.dataset.at === location.hash;
  screen.replaceChildren(...made.flat().filter(Boolean));
  window.scrollTo(0, isSame ? at : 0);
  // Whoever listens to the page hears the new screen from its beginning.
  if (!isSame) screen.focus({ preventScroll: true });
  screen.dataset.at = location.hash;
};

// While somebody fills in, nothing but their own doing draws the questions anew.
const isFilling = () => screen.dataset.at === location.hash && pages.isFilling();

// One after the other: two drawings at once would begin a thing twice.
export const show = ({ unlessFilling = false } = {}) => (drawing = drawing.then(() => unlessFilling && isFilling() ? null : draw()).catch(broken));
export const showQuietly = () => show({ unlessFilling: true });

const broken = (error) => {
  console.error(error);
  notice("wrong", error.name === "QuotaExceededError" ? say("phone_full") : say("cannot_keep", { why: error.message }), button(say("reload"), () => location.reload()));
};

const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.split("=")[1];

/* The shell is kept as it was fetched; its modes and its language are those of this moment. */
const wear = async () => {
  for (const mode of ["dark", "large"]) if (cookie(mode)) document.documentElement.classList.toggle(mode, cookie(mode) === "1");
  const chosen = cookie(addresses.languageCookie) ?? addresses.language;
  if (chosen.toLowerCase() === document.documentElement.lang.toLowerCase() || sessionStorage.getItem(`${pages.name}-spoken`) === chosen || !navigator.onLine) return;
  sessionStorage.setItem(`${pages.name}-spoken`, chosen);
  const kept = (await caches.keys()).find((name) => name.startsWith(`${pages.name}-`));
  if (kept) await (await caches.open(kept)).add(new Request(location.pathname, { cache: "reload" }));
  location.reload();
};

const begun = async () => {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.worker, { scope: addresses.scope }).catch(() => {});
  // The browser is asked not to clear what has not been sent.
  navigator.storage?.persist?.();
  await wear().catch(() => {});
  await remembered();
  // Another person may have signed in meanwhile: what is kept is shown when the network does not say so in time.
  const asked = ask();
  await Promise.race([asked, new Promise((done) => setTimeout(done, navigator.onLine ? WAIT_FOR_ANSWER : 0))]);
  await show();
  await asked;
  await showQuietly();
  await deliver({ isAsked: true });
  await pages.begun?.();
};

export const begin = (given) => {
  pages = given;
  window.addEventListener("hashchange", () => show());
  window.addEventListener("online", () => { notice("", ""); deliver({ isAsked: true }); });
  window.addEventListener("offline", () => notice("due", say("offline")));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    deliver({ isAsked: true });
    if (Date.now() - lookedAt > LOOK_AFTER) look();
  });
  setInterval(deliver, SEND_EVERY);
  begun().catch(broken);
};
