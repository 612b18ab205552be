/* Sending what is finished, again and again, until every photo has arrived. */
import { authorization, within } from "./key.js";
import { alone, Later, ShutOut } from "./network.js";
import { isFit } from "./photos.js";
import * as store from "./store.js";

// A batch: little enough to arrive over a thin line before it breaks off.
const AT_ONCE = 4 * 1024 * 1024;
const PATIENCE = 300_000;
const OURS = "urn:xinfeng:receipt";
// The same bytes will not be taken later either; of a photo alone, see `PHOTO_UNFIT`.
const FOR_GOOD = [400, 403, 404, 409, 410, 413, 415, 422];
const PHOTO_UNFIT = [413, 415];
const KEEP_RECEIPTS = 20;

const batches = (photos) => {
  const made = [];
  let size = Infinity;
  for (const photo of photos) {
    if (size + photo.bytes.byteLength > AT_ONCE) { made.push([]); size = 0; }
    made.at(-1).push(photo);
    size += photo.bytes.byteLength;
  }
  return made;
};

const post = async (session, visit, photos, isLast) => {
  const body = new FormData();
  body.append("xml_submission_file", new Blob([visit.xml], { type: "text/xml" }), "submission.xml");
  for (const photo of photos) body.append(photo.name, new Blob([photo.bytes], { type: "image/jpeg" }), photo.name);
  if (!isLast) body.append("*isIncomplete*", "yes");
  const answer = await fetch(session.submission, {
    method: "POST", body, credentials: "same-origin", redirect: "manual", cache: "no-store",
    headers: { "X-OpenRosa-Version": "1.0", ...authorization(session.token) },
    signal: within(PATIENCE),
  }).catch(() => { throw new Later(); });
  return read(answer);
};

/* What the server says, in its words and in figures; anything else than its own answer is no answer. */
const read = async (answer) => {
  if (answer.status === 401) throw new ShutOut();
  const isTaken = answer.status === 201 || answer.status === 202;
  if (!isTaken && !FOR_GOOD.includes(answer.status)) throw new Later(Number(answer.headers?.get("Retry-After")) || undefined);
  const text = await answer.text().catch(() => { throw new Later(); });
  const page = new DOMParser().parseFromString(text, "text/xml");
  // A page of some network's own in between is not our server.
  if (page.documentElement.localName !== "OpenRosaResponse") throw new Later();
  const received = page.getElementsByTagNameNS(OURS, "received")[0];
  const told = {
    status: answer.status, isTaken, at: new Date().toISOString(),
    message: (page.getElementsByTagName("message")[0]?.textContent ?? "").trim().slice(0, 300),
    code: page.getElementsByTagNameNS(OURS, "refused")[0]?.getAttribute("code") ?? "",
  };
  if (!received) return told;
  return {
    ...told, arrived: Number(received.getAttribute("arrived")), expected: Number(received.getAttribute("expected")),
    missing: [...received.getElementsByTagNameNS(OURS, "missing")].map((each) => each.textContent),
  };
};

const noted = (visit, receipt) => ({ ...visit, receipts: [...visit.receipts, receipt].slice(-KEEP_RECEIPTS) });

const taken = (id, receipt, part) => store.change(id, (visit) => {
  const names = new Set([...visit.sent, ...part.map((photo) => photo.name)]);
  const sent = receipt.missing ? visit.files.filter((name) => !receipt.missing.includes(name)) : [...names];
  return { ...noted(visit, receipt), begun: true, sent };
});

const refused = (id, receipt) => store.change(id, (visit) => ({
  ...noted(visit, receipt), state: "REFUSED", why: receipt.message || String(receipt.status), code: receipt.code,
}));

const unfit = (id, name, why) => store.change(id, (visit) => ({ ...visit, unfit: { ...visit.unfit, [name]: why } }));

/* Photos that can be sent now. Those that are broken on the phone itself are marked before anything is sent. */
const ready = async (visit) => {
  const photos = await store.photos(visit.id);
  const waiting = [];
  for (const name of visit.files) {
    const photo = photos.find((each) => each.name === name);
    if (visit.sent.includes(name) || name in visit.unfit || photo?.carried) continue;
    if (photo?.bytes && isFit(photo.bytes)) waiting.push(photo);
    else await unfit(visit.id, name, "");
  }
  return waiting;
};

/* What is left when everything that could be sent was: arrived, or a photo to be taken again. */
const settle = async (id) => {
  const visit = await store.visit(id);
  const lacking = visit.files.filter((name) => !visit.sent.includes(name));
  if (!lacking.length) return store.letGo(id);
  const photos = await store.photos(id);
  const gone = lacking.filter((name) => !photos.some((photo) => photo.name === name && photo.bytes));
  for (const name of gone) await unfit(id, name, visit.unfit[name] ?? "");
  const found = await store.visit(id);
  const only = lacking.every((name) => name in found.unfit);
  return only && store.change(id, (each) => ({ ...each, state: "RETAKE" }));
};

/* The form first with some of its photos, then the rest. One unfit photo never holds up the others:
   a batch that is refused for its content is sent again photo by photo, and the one that is at fault marked. */
const sendOne = async (id, session, tell) => {
  const visit = await store.change(id, (found) => found.state === "READY" && { ...found, tried: true });
  if (!visit) return;
  const queue = batches(await ready(visit));
  let begun = visit.begun;
  while (queue.length || !begun) {
    const part = queue.shift() ?? [];
    const receipt = await post(session, visit, part, !queue.length);
    if (receipt.isTaken) { begun = true; await taken(id, receipt, part); }
    else if (PHOTO_UNFIT.includes(receipt.status) && part.length > 1) queue.unshift(...part.map((photo) => [photo]));
    else if (PHOTO_UNFIT.includes(receipt.status) && part.length) await unfit(id, part[0].name, receipt.message);
    else { await refused(id, receipt); return tell(); }
    await tell();
  }
  await settle(id);
  await tell();
};

export const send = (session, tell) => alone("field-outbox", async () => {
  for (const visit of await store.visits()) {
    if (visit.state === "READY") await sendOne(visit.id, session, tell);
  }
  if ((await store.visits()).some((visit) => visit.state === "READY" && visit.tried)) throw new Later();
});
