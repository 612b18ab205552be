/* What the phone keeps: what was last fetched, its key, visits with their answers and photos, and sheets of surveys, sealed. */
let opened;

const PERSON = "field-person";

const wait = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

/* Whose pages these are; nobody's after signing out, until somebody signs in with a network. */
export const person = () => localStorage.getItem(PERSON);
export const belongTo = (id) => (id === null ? localStorage.removeItem(PERSON) : localStorage.setItem(PERSON, id));

/* One database a person: who signs in next on the same phone neither sees nor sends what is another's. */
export const open = (id) => {
  const request = indexedDB.open(`field-${id}`, 2);
  request.onupgradeneeded = ({ oldVersion }) => {
    const db = request.result;
    if (oldVersion < 1) {
      db.createObjectStore("kept");
      db.createObjectStore("visits", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: ["visit", "name"] }).createIndex("visit", "visit");
    }
    db.createObjectStore("sheets", { keyPath: "id" });
    db.createObjectStore("seals");
  };
  opened = wait(request).then((db) => {
    // A newer version of the pages in another tab may change the stores; ours are opened anew.
    db.onversionchange = () => db.close();
    db.onclose = () => { opened = null; open(id); };
    return db;
  });
  return opened;
};

const act = async (stores, mode, work) => {
  const db = await opened;
  const transaction = db.transaction(stores, mode);
  const finished = new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
  // When the work fails first, the transaction's own failure is not a second one.
  finished.catch(() => {});
  const result = await work(...[stores].flat().map((name) => transaction.objectStore(name)));
  await finished;
  return result;
};

export const kept = (key) => act("kept", "readonly", (store) => wait(store.get(key)));
export const keep = (key, value) => act("kept", "readwrite", (store) => wait(store.put(value, key)));

// What an earlier version of these pages did not write yet.
const whole = (visit) => visit && { created: visit.changed ?? 0, files: [], sent: [], unfit: {}, receipts: [], amends: null, tried: false, ...visit };

export const visits = () => act("visits", "readonly", async (store) => (await wait(store.getAll())).map(whole));
export const visit = (id) => act("visits", "readonly", async (store) => whole(await wait(store.get(id))));
export const photos = (id) => act("photos", "readonly", (store) => wait(store.index("visit").getAll(id)));

/* Read, change, write in one transaction: two tabs never overwrite each other's changes. */
export const change = (id, how) => act("visits", "readwrite", async (store) => {
  const found = whole(await wait(store.get(id)));
  const made = how(found);
  if (made) await wait(store.put({ ...made, changed: Date.now() }));
  return made;
});

/* A photo and what its visit says of it, together or not at all; `instead` is the one it replaces. */
export const addPhoto = (photo, how, instead) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  const found = await wait(visits.get(photo.visit));
  const made = how(found);
  if (!made) return null;
  if (instead && instead !== photo.name) await wait(photos.delete([photo.visit, instead]));
  await wait(photos.put(photo));
  await wait(visits.put({ ...made, changed: Date.now() }));
  return made;
});

/* A visit anew from another one, with its photos; `how` tells what becomes of each of them. */
export const copy = (from, made, how) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  for (const photo of await wait(photos.index("visit").getAll(from))) await wait(photos.put({ ...how(photo), visit: made.id }));
  await wait(visits.put({ ...made, changed: Date.now() }));
});

const emptied = async (photos, id) => {
  for (const name of await wait(photos.index("visit").getAllKeys(id))) await wait(photos.delete(name));
};

export const drop = (id) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  await emptied(photos, id);
  await wait(visits.delete(id));
});

/* Arrived visits keep their line and small pictures; the large ones are let go. */
export const letGo = (id) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  for (const photo of await wait(photos.index("visit").getAll(id))) await wait(photos.put({ ...photo, bytes: null }));
  const found = await wait(visits.get(id));
  await wait(visits.put({ ...found, state: "ARRIVED", changed: Date.now() }));
  const former = found.amends && (await wait(visits.get(found.amends)));
  if (former) await wait(visits.put({ ...former, state: "CORRECTED" }));
});

/* Finished and not arrived: what must not be left behind unseen. */
export const isUnsent = (visit) => ["READY", "RETAKE", "REFUSED"].includes(visit.state);

// ---- Sheets of surveys; what they say is sealed by `interviews/sealed.js`

export const sheets = () => act("sheets", "readonly", (store) => wait(store.getAll()));
export const sheet = (id) => act("sheets", "readonly", (store) => wait(store.get(id)));
export const keepSheet = (sheet) => act("sheets", "readwrite", (store) => wait(store.put({ ...sheet, changed: Date.now() })));

export const sealOf = (id) => act("seals", "readonly", (store) => wait(store.get(id)));
export const keepSeal = (id, key) => act("seals", "readwrite", (store) => wait(store.put(key, id)));

/* A sheet and its seal, gone together: what is left of the bytes can be read by nobody. */
export const dropSheet = (id) => act(["sheets", "seals"], "readwrite", async (sheets, seals) => {
  await wait(sheets.delete(id));
  await wait(seals.delete(id));
});

/* Signing out: addresses of households stay on no phone, sheets that were not sent do. */
export const forgetHouseholds = () => act(["kept", "seals"], "readwrite", async (kept, seals) => {
  await wait(kept.delete("households"));
  await wait(seals.delete("households"));
});
