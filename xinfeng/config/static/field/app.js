/* The inspector's round on a phone: which screen is shown, and what is sent. */
import { begin, outbox, show, showQuietly } from "./frame.js";
import { send } from "./outbox.js";
import { leaveScreen, roundsScreen } from "./rounds.js";
import { leave, session } from "./session.js";
import * as store from "./store.js";
import { visitScreen } from "./visit.js";
import { addresses } from "./words.js";

let here = null;

const goAway = async () => {
  await leave();
  location.assign(addresses.signOut);
};

begin({
  name: "field",
  screen: ([kind, round, point]) => (kind === "point" && store.person() ? visitScreen(round, point, outbox, show)
    : kind === "leave" ? leaveScreen(goAway, outbox) : roundsScreen(outbox, here)),
  waits: async () => (await store.visits()).some((visit) => visit.state === "READY"),
  send: (tell) => send({ submission: addresses.submission, token: session.token }, tell),
  isFilling: () => Boolean(document.getElementById("questions")),
  begun: () => navigator.geolocation?.getCurrentPosition(({ coords }) => { here = { lat: coords.latitude, lon: coords.longitude }; showQuietly(); }, () => {}, { maximumAge: 60_000, timeout: 10_000 }),
});
