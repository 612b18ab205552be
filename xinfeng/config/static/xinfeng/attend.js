/* Check-in that survives a dead network: the phone signs what is said, keeps it, and sends it in order. */
"use strict";
(() => {
  const root = document.getElementById("attend");
  if (!root || !window.indexedDB || !window.crypto?.subtle) return;
  const words = JSON.parse(root.dataset.words);
  const person = root.dataset.person;
  const text = new TextEncoder();
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  // The city's own time: only a demo lives at another date than its phones.
  const now = () => Date.now() + Number(root.dataset.offset);

  /* What is kept on the phone: one key, who may speak with it, and what waits. */
  const opened = new Promise((done, failed) => {
    const request = indexedDB.open("xinfeng-attend", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("waiting", { keyPath: "counter" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const store = async (name, mode) => (await opened).transaction(name, mode).objectStore(name);
  const kept = async (key) => asked((await store("kept", "readonly")).get(key));
  const keep = async (key, value) => asked((await store("kept", "readwrite")).put(value, key));
  const waiting = async () => asked((await store("waiting", "readonly")).getAll());

  const say = (sentence, kind) => {
    const box = document.getElementById("notices");
    const notice = Object.assign(document.createElement("div"), { className: `notice ${kind}` });
    notice.append(Object.assign(document.createElement("p"), { textContent: sentence }));
    box?.replaceChildren(notice);
    box?.scrollIntoView({ block: "nearest" });
  };

  const band = async () => {
    const count = (await waiting()).length;
    const place = document.getElementById("waiting");
    if (!place) return;
    place.hidden = count === 0;
    place.querySelector("span").textContent = words.waiting.replace("%(count)s", count);
  };

  /* The key is made once and never leaves the browser; each person of a shared phone registers it. */
  const keys = async () => {
    const known = await kept("keys");
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    await keep("keys", made);
    return kept("keys");
  };
  const register = async () => {
    const { publicKey } = await keys();
    const answer = await fetch(root.dataset.register, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
      body: JSON.stringify({ public_key: base64(await crypto.subtle.exportKey("raw", publicKey)), label: words.device }),
    });
    if (!answer.ok) throw new Error(answer.status);
    await keep(`holder ${person}`, (await answer.json()).key);
  };

  /* Sign and keep first, send afterwards: what was said is not lost with the page. */
  const enqueue = async (what) => {
    const holder = await kept(`holder ${person}`);
    const { privateKey } = await keys();
    const counter = await new Promise((done, failed) => {
      opened.then((base) => {
        const transaction = base.transaction("kept", "readwrite");
        const box = transaction.objectStore("kept");
        let next;
        box.get("counter").onsuccess = (event) => box.put((next = (event.target.result ?? 0) + 1), "counter");
        transaction.oncomplete = () => done(next);
        transaction.onerror = () => failed(transaction.error);
      });
    });
    const said = JSON.stringify({ id: crypto.randomUUID(), counter, said_at: now(), ...what });
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, text.encode(said));
    await asked((await store("waiting", "readwrite")).add({ counter, key: holder, said, signature: base64(signature) }));
    await band();
  };

  /* In order, one after the other; only the server's own answer takes something off the list. */
  let sending = null;
  const send = async () => {
    const answers = [];
    for (const { counter, ...message } of await waiting()) {
      let answer;
      try {
        answer = await fetch("/api/v1/checkins", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ ...message, sent_at: now() }),
        });
      } catch {
        break;
      }
      // Not registered any more: once the person is signed in again it can be sent.
      if (answer.status >= 500 || answer.status === 429) break;
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 401 && !(await again())) break;
      if (answer.status === 401) continue;
      answers.push({ ok: answer.ok, ...told });
      await asked((await store("waiting", "readwrite")).delete(counter));
    }
    await band();
    return answers;
  };
  const again = () => register().then(() => true, () => false);
  const flush = () => (sending ??= send().finally(() => { sending = null; }));

  const attend = async (what) => {
    await enqueue(what);
    const answers = await flush();
    const refused = answers.find((answer) => !answer.ok);
    if (refused) return say(refused.detail || words.failed, "wrong");
    if ((await waiting()).length) return say(words.kept, "due");
    say(what.phase === "OUT" ? words.gone : words.here, "done");
    setTimeout(() => location.assign(root.dataset.after), 1200);
  };

  /* A place is found for what was seen; whoever has none walks in. */
  const mine = JSON.parse(document.getElementById("my-places")?.textContent || "[]");
  const byCode = (code) => {
    const activity = code.split("/").pop().split(".")[0];
    const place = mine.find((one) => one.activity === activity && one.phase);
    return attend({ signup: place?.signup ?? null, phase: place?.phase || "IN", means: "ROTATING", code });
  };

  /* Where: reckoned on the phone; only inside or not, and two bands, ever leave it. */
  const BANDS = [20, 50, 100, 200, 500, 1000, 5000];
  const band_of = (metres) => BANDS.find((upper) => metres <= upper) ?? null;
  const spot = (place) => new Promise((done, failed) => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const turn = Math.PI / 180;
      const [a, b] = [coords.latitude * turn, (place.lat / 1e6) * turn];
      const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((place.lon / 1e6 - coords.longitude) * turn) / 2) ** 2;
      const metres = 12742000 * Math.asin(Math.sqrt(h));
      done({
        inside: metres <= place.fence + Math.min(coords.accuracy, 100),
        distance: band_of(metres),
        accuracy: band_of(coords.accuracy),
      });
    }, failed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
  });

  /* The camera, where the browser reads codes by itself; elsewhere the phone's own camera app does. */
  const scan = async () => {
    const video = document.getElementById("camera");
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    await video.play();
    const stop = () => {
      video.srcObject?.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
      video.hidden = true;
    };
    setTimeout(stop, 60000);
    while (video.srcObject) {
      const [found] = await reader.detect(video).catch(() => []);
      if (found) {
        stop();
        return found.rawValue;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    return "";
  };

  const acts = {
    ROTATING: (form) => byCode(form.elements.code.value),
    SIX_DIGITS: (form) => attend({ signup: Number(form.dataset.signup), phase: form.dataset.phase, means: "SIX_DIGITS", code: form.elements.digits.value.trim() }),
    FENCE: async (form) => {
      const place = mine.find((one) => one.signup === Number(form.dataset.signup));
      const where = await spot(place).catch(() => null);
      if (!where) return say(words.nowhere, "wrong");
      return attend({ signup: place.signup, phase: place.phase, means: "FENCE", spot: where });
    },
    SCAN: async () => {
      const code = await scan().catch(() => null);
      if (code === null) return say(words.nocamera, "wrong");
      return code ? byCode(code) : undefined;
    },
  };
  // Before the handler of all forms, which would take this for a form that was sent.
  document.addEventListener("submit", (event) => {
    const act = acts[event.target.dataset.say];
    if (!act || !ready) return;
    event.preventDefault();
    event.stopPropagation();
    act(event.target).catch(() => say(words.failed, "wrong"));
  }, true);

  /* The leader's roll: with a network as every form; without one the same words wait on the phone. */
  const roll = async (marks) => {
    for (const [signup, phase] of marks) await enqueue({ signup, phase, means: "ROLL_CALL", code: "" });
    say(words.kept, "due");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-roll]") || navigator.onLine || !ready) return;
    event.preventDefault();
    event.stopPropagation();
    const marks = [...form.querySelectorAll("input:checked")].map((box) => [Number(box.value), box.name === "left" ? "OUT" : "IN"]);
    if (event.submitter?.value) marks.push([Number(event.submitter.value), event.submitter.name === "left" ? "OUT" : "IN"]);
    roll(marks).then(() => form.reset());
  }, true);
  document.addEventListener("htmx:sendError", (event) => {
    const button = event.detail.elt;
    if (ready && button.dataset?.phase) roll([[Number(button.value), button.dataset.phase]]);
  });

  let ready = false;
  const begin = async () => {
    ready = Boolean(await kept(`holder ${person}`));
    if (!ready && navigator.onLine) ready = await again();
    for (const found of document.querySelectorAll("[data-needs]")) {
      const has = { camera: "BarcodeDetector" in window && navigator.mediaDevices, position: "geolocation" in navigator }[found.dataset.needs];
      found.hidden = !(ready && has);
      // One primary button: the camera's, where it can scan, otherwise that of the digits.
      if (found.dataset.needs === "camera" && !found.hidden) {
        document.querySelectorAll("[data-instead]").forEach((button) => button.classList.remove("primary"));
      }
    }
    await band();
    await flush();
    // Opened by the phone's own camera while there is no network: the kept page reads the address.
    const code = location.pathname.startsWith("/C/") && !root.dataset.seen ? location.pathname.slice(3) : "";
    if (code && ready) await byCode(code);
  };
  addEventListener("online", () => flush());
  begin().catch(() => {});
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
})();
