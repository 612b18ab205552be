// A sheet block by block, with the skip logic done and a draft that never leaves this browser
// before it is sent. Without this script the same form is one long page.
"use strict";

(() => {
  const LASTS = 3 * 24 * 3600 * 1000;
  const PREFIX = "answer:";
  const store = {
    get() { try { return JSON.parse(localStorage.getItem(PREFIX + location.pathname)); } catch { return null; } },
    put(draft) { try { localStorage.setItem(PREFIX + location.pathname, JSON.stringify(draft)); } catch { /* a full or closed store keeps nothing */ } },
    forget() { try { localStorage.removeItem(PREFIX + location.pathname); } catch { /* as above */ } },
  };

  // Drafts of others on this phone do not stay for ever.
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
      if (!(Date.now() - JSON.parse(localStorage.getItem(key)).at < LASTS)) localStorage.removeItem(key);
    }
  } catch { /* no store */ }

  function begin(form) {
    document.documentElement.classList.add("scripted");
    const all = (what, from = form) => [...from.querySelectorAll(what)];
    const one = (what) => form.querySelector(what);
    const words = one("[data-words]").dataset;
    const { conditions, screening } = JSON.parse(one("[data-conditions]").textContent);
    const begun = Date.now();
    const draftable = form.dataset.sheet !== "elsewhere";
    let step = 0, before = 0, waiting = false;

    const values = (code) => all(`[name="q.${code}"]`).filter((field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim() || field.type === "hidden")).map((field) => field.value);
    const known = (code) => one(`[name="q.${code}"]`) !== null;
    const answered = (box) => {
      const code = box.dataset.question;
      return code === "adults" ? one("[name=adults]:checked") !== null : values(code).length > 0;
    };
    const screened = () => screening.some(({ question, among }) => known(question) && values(question).some((value) => value && !among.includes(value)));

    function follow() {
      const shown = new Set(all('[name^="q."]').filter((field) => field.type === "hidden").map((field) => field.name.slice(2)));
      // A question depends on earlier ones only, but a turned block may show them in another
      // order: so until nothing changes.
      for (let changed = true; changed;) {
        changed = false;
        for (const box of all("[data-question]")) {
          const code = box.dataset.question;
          const holds = (conditions[code] || []).every(({ question, among }) => shown.has(question) && values(question).some((value) => among.includes(value)));
          if (holds !== shown.has(code)) { changed = true; if (holds) shown.add(code); else shown.delete(code); }
        }
      }
      for (const box of all("[data-question]")) box.hidden = !shown.has(box.dataset.question);
      for (const box of all("[data-blank]")) box.hidden = !answered(box.closest("[data-question]"));
    }

    const steps = () => all("[data-step]").filter((each) => each.matches("[data-welcome]") || all("[data-question]", each).some((box) => !box.hidden));

    function show(focus) {
      follow();
      const list = steps(), ended = screened() && one("[data-ends]").dataset.reached === "1";
      step = Math.max(0, Math.min(step, list.length - 1));
      for (const each of all("[data-step]")) each.hidden = ended || each !== list[step];
      one("[data-ends]").hidden = !ended;
      const last = step === list.length - 1;
      one(".steer").hidden = ended;
      one("[data-back]").hidden = step === 0;
      one("[data-on]").hidden = last;
      one("[data-send]").hidden = !last;
      const where = one("[data-where]"), far = one("[data-far]");
      where.hidden = far.hidden = ended;
      where.textContent = words.step.replace("{step}", step + 1).replace("{steps}", list.length);
      far.max = list.length;
      far.value = step + 1;
      if (focus) {
        window.scrollTo(0, 0);
        const head = list[step].querySelector("h2, legend");
        if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
      }
    }

    function complain(box) {
      let told = box.querySelector(".error");
      if (!told) {
        told = document.createElement("p");
        told.className = "error";
        told.setAttribute("role", "alert");
        const legend = box.querySelector("legend");
        legend.after(told);
      }
      told.textContent = words.answer;
      box.scrollIntoView({ block: "center" });
      const field = box.querySelector("input");
      if (field) field.focus({ preventScroll: true });
    }

    // Whether this block may be left: what others depend on is answered.
    function whole(section) {
      const missing = all("[data-question][data-required]", section).find((box) => !box.hidden && !answered(box));
      if (missing) complain(missing);
      return !missing;
    }

    function spent() { return before + Math.round((Date.now() - begun) / 1000); }

    function keep() {
      if (!draftable) return;
      const said = all('[name^="q."]:not([type=hidden]), [name=adults]:not(button)').filter((field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value)).map((field) => [field.name, field.value]);
      store.put({ at: Date.now(), step, said, seconds: spent(), form: one("[name=form]")?.value || "" });
    }

    function restore() {
      const draft = draftable ? store.get() : null;
      // After an error the page itself brings back what was sent.
      if (!draft || !draft.said.length || one(".error[id]")) return;
      for (const [name, value] of draft.said) {
        for (const field of all(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio" || field.type === "checkbox") { if (field.value === value) field.checked = true; } else if (field.type !== "hidden" && field.tagName !== "BUTTON") field.value = value;
        }
      }
      // The same form, should it have arrived although nobody heard of it.
      if (draft.form && one("[name=form]")) one("[name=form]").value = draft.form;
      step = draft.step;
      before = draft.seconds;
      const note = one("[data-kept-note]");
      note.textContent = words.kept;
      note.hidden = false;
    }

    async function send(submitter) {
      if (waiting) return;
      waiting = true;
      const wait = one("[data-wait]");
      wait.hidden = true;
      one("[data-send]").disabled = true;
      one("[name=seconds]").value = spent();
      keep();
      let answer = null;
      try {
        answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "follow" });
      } catch { /* no network: below */ }
      waiting = false;
      one("[data-send]").disabled = false;
      if (!answer || answer.status >= 500 || answer.status === 429) {
        wait.hidden = false;
        if (answer) wait.textContent = words.failed;
        else window.addEventListener("online", () => send(submitter), { once: true });
        return;
      }
      if (answer.redirected && answer.ok) { store.forget(); location.replace(answer.url); return; }
      // What is wrong stands beside its question: the page as the server shows it, answers and all.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      window.scrollTo(0, 0);
      const again = document.querySelector("form[data-sheet]");
      if (again) begin(again);
    }

    form.addEventListener("change", () => { follow(); keep(); });
    form.addEventListener("input", (event) => {
      const told = event.target.closest("[data-question]")?.querySelector(".error");
      if (told) told.remove();
      keep();
    });
    form.addEventListener("click", (event) => {
      const on = (what) => event.target.closest(what);
      if (on("[data-blank]")) {
        for (const field of all("input", on("[data-question]"))) field.checked = false;
        follow();
        keep();
      } else if (on("[data-back]")) { step -= 1; show(true); keep(); } else if (on("[data-on]")) {
        if (screened()) { one("[data-ends]").dataset.reached = "1"; show(true); return; }
        if (!whole(steps()[step])) return;
        step += 1;
        show(true);
        keep();
      } else if (on("[data-back-from-end]")) { one("[data-ends]").dataset.reached = ""; show(true); } else if (on("[data-again]")) {
        store.forget();
        form.reset();
        one("[data-ends]").dataset.reached = "";
        step = 0;
        show(true);
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const nobody = event.submitter && event.submitter.matches("[data-nobody]");
      if (!nobody) {
        // Enter in a field of an earlier block goes on and does not send.
        if (step < steps().length - 1) { one("[data-on]").click(); return; }
        if (screened()) { one("[data-ends]").dataset.reached = "1"; show(true); return; }
        if (!whole(steps()[step])) return;
      }
      send(event.submitter);
    });

    if (one(".error[id]")) {
      // Begin where the first mistake is.
      follow();
      step = Math.max(0, steps().findIndex((each) => each.querySelector(".error")));
    } else restore();
    show(false);
  }

  const form = document.querySelector("form[data-sheet]");
  if (form) begin(form);
})();
