/* Large type and dark: the same cookies as everywhere on this site; they take effect without a network, too. */
import { button, say } from "./words.js";

const isOn = (mode) => document.documentElement.classList.contains(mode);

const switched = (mode) => {
  const made = button(say(mode), () => {
    const on = document.documentElement.classList.toggle(mode);
    document.cookie = `${mode}=${on ? 1 : 0}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    made.setAttribute("aria-pressed", on);
  });
  made.setAttribute("aria-pressed", isOn(mode));
  return made;
};

export const switches = () => ["large", "dark"].map(switched);
