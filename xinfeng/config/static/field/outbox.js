/* Sending what is finished, again and again, until every photo has arrived. */
import * as store from "./store.js";

const AT_ONCE = 6 * 1024 * 1024;
// What a refusal for good looks like: the same bytes will not be taken later either.
const FOR_GOOD = [400, 404, 409, 413, 415, 422];

export class SignedOut extends Error {}

const batches = (photos) => {
  const made = [[]];
  let size = 0;
  for (const photo of photos) {
    if (made.at(-1).length && size + photo.bytes.byteLength > AT_ONCE) { made.push([]); size = 0; }
    made.at(-1).push(photo);
    size += photo.bytes.byteLength;
  }
  return made;
};

const post = async (address, csrf, visit, photos, isLast) => {
  const body = new FormData();
  body.append("xml_submission_file", new Blob([visit.xml], { type: "text/xml" }), "submission.xml");
  for (const photo of photos) body.append(photo.name, new Blob([photo.bytes], { type: "image/jpeg" }), photo.name);
  if (!isLast) body.append("*isIncomplete*", "yes");
  return fetch(address, {
    method: "POST", body, credentials: "same-origin", redirect: "manual",
    headers: { "X-OpenRosa-Version": "1.0", "X-CSRFToken": csrf },
  });
};

const told = async (answer) => {
  const text = await answer.text();
  const message = new DOMParser().parseFromString(text, "text/xml").querySelector("message");
  return (message?.textContent ?? "").trim().slice(0, 300);
};

const sendOne = async (id, session, tell) => {
  const visit = await store.visit(id);
  const waiting = (await store.photos(id)).filter((photo) => visit.files.includes(photo.name) && !visit.sent.includes(photo.name));
  const parts = batches(waiting);
  for (const [number, part] of parts.entries()) {
    const answer = await post(session.submission, session.csrf, visit, part, number === parts.length - 1);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new SignedOut();
    if (FOR_GOOD.includes(answer.status)) {
      const why = await told(answer);
      await store.change(id, (found) => ({ ...found, state: "REFUSED", why: why || String(answer.status) }));
      return tell();
    }
    if (answer.status !== 201 && answer.status !== 202) throw new Error(String(answer.status));
    await store.change(id, (found) => ({ ...found, begun: true, sent: [...new Set([...found.sent, ...part.map((photo) => photo.name)])] }));
    await tell();
  }
  await store.letGo(id);
  await tell();
};

/* One tab sends at a time; the others wait for nothing and look again later. */
export const send = (session, tell) => navigator.locks.request("field-outbox", { ifAvailable: true }, async (lock) => {
  if (!lock) return;
  for (const visit of await store.visits()) {
    if (visit.state === "READY") await sendOne(visit.id, session, tell);
  }
});
