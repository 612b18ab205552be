/* What every page needs: htmx asks with the CSRF token, refusals are said aloud, filters send themselves. */
"use strict";
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const notices = () => document.getElementById("notices");

  const say = (sentence, kind) => {
    const box = notices();
    if (!box || !sentence) return;
    const notice = document.createElement("div");
    notice.className = `notice ${kind}`;
    notice.append(Object.assign(document.createElement("p"), { textContent: sentence }));
    box.replaceChildren(notice);
    box.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = meta("csrf-token");
  });

  // A refused action answers with a page of its own; its one sentence is shown where the person is.
  document.addEventListener("htmx:responseError", (event) => {
    const text = event.detail.xhr.responseText;
    const page = new DOMParser().parseFromString(text, "text/html");
    say(page.querySelector("[data-sentence]")?.dataset.sentence || notices()?.dataset.failed, "wrong");
  });
  document.addEventListener("htmx:sendError", () => say(notices()?.dataset.failed, "wrong"));

  // A filter takes effect when it is chosen; without script the button does it.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  // Empty fields would only lengthen an address that people send to each other.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filters]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-filters] :disabled")) field.disabled = false;
  });

  // One press, one request: an impatient thumb does not send a form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // The position is asked for by this tap alone and travels in this one request, rounded to about 100 m.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) return print();
    const form = event.target.closest("[data-locate]")?.form;
    if (!form) return;
    const refused = () => say(form.dataset.refused, "due");
    if (!navigator.geolocation) return refused();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(3);
      form.elements.lon.value = coords.longitude.toFixed(3);
      form.elements.village.value = "";
      form.requestSubmit();
    }, refused, { maximumAge: 60000, timeout: 10000 });
  });

  const network = () => {
    const band = document.getElementById("offline");
    if (band) band.hidden = navigator.onLine;
  };
  addEventListener("online", network);
  addEventListener("offline", network);
  network();
})();

/* Shared by charts.js and maps.js: load a library once, and only when its place is seen. */
window.xinfeng = {
  colour: (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(),
  option: (id) => JSON.parse(document.getElementById(`${id}-option`).textContent),
  chinese: () => document.documentElement.lang.startsWith("zh"),
  library: (() => {
    const loading = new Map();
    return (address) => {
      if (!loading.has(address)) {
        loading.set(address, new Promise((done, failed) => {
          const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
          document.head.append(script);
        }));
      }
      return loading.get(address);
    };
  })(),
  whenSeen: (selector, draw) => {
    const watcher = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        draw(target);
      }
    }, { rootMargin: "200px" });
    const watch = (root) => root.querySelectorAll?.(selector).forEach((found) => {
      if (found.dataset.watched) return;
      found.dataset.watched = "1";
      watcher.observe(found);
    });
    watch(document);
    document.addEventListener("htmx:load", (event) => watch(event.detail.elt));
  },
};
