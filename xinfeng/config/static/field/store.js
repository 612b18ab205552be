/* What the phone keeps: rounds as last fetched, visits with their answers, and their photos. */
let opened;

const wait = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

/* One database a person: who signs in next on the same phone neither sees nor sends what is another's. */
export const open = (person) => {
  const request = indexedDB.open(`field-${person}`, 1);
  request.onupgradeneeded = () => {
    const db = request.result;
    db.createObjectStore("kept");
    db.createObjectStore("visits", { keyPath: "id" });
    db.createObjectStore("photos", { keyPath: ["visit", "name"] }).createIndex("visit", "visit");
  };
  opened = wait(request);
  return opened;
};

const act = async (stores, mode, work) => {
  const db = await opened;
  const transaction = db.transaction(stores, mode);
  const finished = new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
  const result = await work(...[stores].flat().map((name) => transaction.objectStore(name)));
  await finished;
  return result;
};

export const kept = (key) => act("kept", "readonly", (store) => wait(store.get(key)));
export const keep = (key, value) => act("kept", "readwrite", (store) => wait(store.put(value, key)));
export const visits = () => act("visits", "readonly", (store) => wait(store.getAll()));
export const visit = (id) => act("visits", "readonly", (store) => wait(store.get(id)));
export const photos = (id) => act("photos", "readonly", (store) => wait(store.index("visit").getAll(id)));

/* Read, change, write in one transaction: two tabs never overwrite each other's changes. */
export const change = (id, how) => act("visits", "readwrite", async (store) => {
  const found = await wait(store.get(id));
  const made = how(found);
  if (made) await wait(store.put({ ...made, changed: Date.now() }));
  return made;
});

export const addPhoto = (photo, how) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  const found = await wait(visits.get(photo.visit));
  await wait(photos.put(photo));
  await wait(visits.put({ ...how(found), changed: Date.now() }));
});

export const dropPhoto = (id, name, how) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  const found = await wait(visits.get(id));
  await wait(photos.delete([id, name]));
  await wait(visits.put({ ...how(found), changed: Date.now() }));
});

/* Arrived visits keep their line in the list; the pictures themselves are let go. */
export const letGo = (id) => act(["photos", "visits"], "readwrite", async (photos, visits) => {
  const names = await wait(photos.index("visit").getAllKeys(id));
  for (const name of names) await wait(photos.delete(name));
  const found = await wait(visits.get(id));
  await wait(visits.put({ ...found, state: "ARRIVED", changed: Date.now() }));
});
