/* Pages of ours without a network: only their shell is kept here, never what the server tells of anybody. */
const SHELL = `${KNOWN.name}-${KNOWN.version}`;

self.addEventListener("install", (event) => {
  const files = KNOWN.shell.map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((kept) => kept.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // Other workers of this site keep caches too; only older shells of this one are let go.
  const old = (name) => name.startsWith(`${KNOWN.name}-`) && name !== SHELL;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const page = request.mode === "navigate" && address.pathname === KNOWN.page;
  if (!page && !KNOWN.shell.includes(address.pathname)) return;
  event.respondWith(caches.match(page ? KNOWN.page : request, { cacheName: SHELL, ignoreVary: true }).then((kept) => kept || fetch(request)));
});
