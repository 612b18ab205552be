/* The surveyor's households on a phone: which screen is shown, and what is sent. */
import { begin, outbox, show } from "../field/frame.js";
import { leave, session, shelf } from "../field/session.js";
import * as store from "../field/store.js";
import { addresses } from "../field/words.js";
import { adultScreen } from "./adult.js";
import { doorScreen } from "./door.js";
import { leaveScreen, listScreen } from "./lists.js";
import { isWaiting, send } from "./outbox.js";
import { told } from "./sealed.js";
import { sheetScreen } from "./sheet.js";

Object.assign(shelf, {
  kept: told.kept,
  keep: async (found) => told.keep(Object.assign(found, { ahead: Date.parse(found.now) - Date.now() })),
  isNeeded: async (found) => found.surveys.length || (await store.sheets()).length,
});

const goAway = async () => {
  await leave();
  location.assign(addresses.signOut);
};

const screen = ([kind, one]) => {
  if (kind === "leave") return leaveScreen(goAway, outbox);
  if (store.person() && session.told) {
    if (kind === "door") return doorScreen(one, outbox, show);
    if (kind === "adult") return adultScreen(one, show);
    if (kind === "sheet") return sheetScreen(one, outbox, show);
  }
  return listScreen(outbox);
};

begin({
  name: "interviews", screen, send,
  waits: async () => (await store.sheets()).some(isWaiting),
  isFilling: () => /^#\/(adult|sheet)\//.test(location.hash) || Boolean(document.querySelector("#choosing")),
});
