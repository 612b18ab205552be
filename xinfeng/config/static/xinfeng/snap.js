/* The position is asked for by this tap alone, and goes into the report as it is: it says where the thing stands. */
"use strict";
(() => {
  const button = document.querySelector("[data-here]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = button.form;
    const refused = () => {
      const box = document.getElementById("no-position");
      box.textContent = form.dataset.refused;
      box.hidden = false;
    };
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.lat.value = Math.round(coords.latitude * 1e6);
      form.elements.lon.value = Math.round(coords.longitude * 1e6);
      form.requestSubmit();
    }, refused, { enableHighAccuracy: true, maximumAge: 30000, timeout: 10000 });
  });
})();
