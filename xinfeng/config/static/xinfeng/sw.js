/* Pages without a network: the shell and one's own check-in page; never a page about other people. */
const SHELL = `shell-${KNOWN.version}`;
const OWN = "own";
const DOOR = "/activities/door/";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((kept) => kept.addAll(KNOWN.shell)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL && name !== OWN && !name.startsWith("field-")).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const fresh = async (request) => {
  const answer = await fetch(request);
  if (new URL(answer.url).pathname === DOOR && answer.ok) {
    const kept = await caches.open(OWN);
    await kept.put(DOOR, answer.clone());
  } else if (answer.redirected && new URL(answer.url).pathname === "/sign-in/") {
    // Nobody is signed in any more: what was kept is nobody's.
    await caches.delete(OWN);
  }
  return answer;
};

const own = async (request) => {
  try {
    return await fresh(request);
  } catch (error) {
    const kept = await caches.match(DOOR);
    if (kept) return kept;
    throw error;
  }
};

const shell = async (request) => {
  const kept = await caches.match(request, { cacheName: SHELL });
  return kept || fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname === "/sign-out/") {
    event.waitUntil(caches.delete(OWN));
  } else if (request.method === "GET" && request.mode === "navigate") {
    if (address.pathname === DOOR || address.pathname.startsWith("/C/")) event.respondWith(own(request));
  } else if (request.method === "GET" && KNOWN.shell.includes(address.pathname)) {
    event.respondWith(shell(request));
  }
});
