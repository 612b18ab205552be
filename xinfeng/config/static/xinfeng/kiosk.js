/* The kiosk: its camera reads cards by itself where the browser can, and the next person finds it ready. */
"use strict";
(() => {
  const form = document.getElementById("kiosk");
  const field = form?.elements.card;
  const video = document.getElementById("camera");
  if (!form) return;

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    field.value = "";
    field.focus();
    // Nobody reads what the one before them was told.
    setTimeout(() => document.getElementById("kiosk-said")?.replaceChildren(), 8000);
  });

  const watch = async () => {
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    video.hidden = false;
    await video.play();
    let last = "";
    let since = 0;
    for (;;) {
      const [found] = await reader.detect(video).catch(() => []);
      // The same card held there is one showing of it.
      if (found && (found.rawValue !== last || Date.now() - since > 10000)) {
        last = found.rawValue;
        since = Date.now();
        field.value = last;
        form.requestSubmit();
      }
      await new Promise((done) => setTimeout(done, 300));
    }
  };
  if ("BarcodeDetector" in window && navigator.mediaDevices) watch().catch(() => {});
})();
