/* On pages with a button to sign out: unsent visits are warned of first, and the phone's key is given back. */
import { giveBack } from "./key.js";
import * as store from "./store.js";

const unsent = async () => {
  await store.open(store.person());
  return (await store.visits()).some((visit) => store.isUnsent(visit) || visit.state === "DRAFT");
};

for (const form of document.querySelectorAll("form[data-field]")) {
  form.addEventListener("submit", async (event) => {
    if (!store.person()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      if (await unsent()) return location.assign(`${form.dataset.field}#/leave`);
      await giveBack(form.dataset.leaving);
    } catch (error) {
      console.warn(error);
    }
    form.submit();
  }, { capture: true });
}
