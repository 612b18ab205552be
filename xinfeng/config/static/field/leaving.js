/* On pages with a button to sign out: unsent visits are warned of first, and the phone's key is given back. */
import { giveBack } from "./key.js";
import * as store from "./store.js";

const unsent = async () => {
  await store.open(store.person());
  if ((await store.visits()).some((visit) => store.isUnsent(visit) || visit.state === "DRAFT")) return "field";
  return (await store.sheets()).length ? "interviews" : "";
};

for (const form of document.querySelectorAll("form[data-field]")) {
  form.addEventListener("submit", async (event) => {
    if (!store.person()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      const where = await unsent();
      if (where) return location.assign(`${form.dataset[where]}#/leave`);
      await giveBack(form.dataset.leaving);
    } catch (error) {
      console.warn(error);
    }
    form.submit();
  }, { capture: true });
}
