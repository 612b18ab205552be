/* What the pages say, and how they are put together. */
export const words = JSON.parse(document.getElementById("words").textContent);
export const addresses = document.getElementById("field").dataset;
export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

export const say = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), words[name]);
export const local = (label) => label?.[language] || label?.zh || label?.en || "";

export const make = (tag, properties = {}, ...inside) => {
  const { data, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  Object.assign(made.dataset, data);
  made.append(...inside.flat().filter((each) => each !== null && each !== undefined && each !== false && each !== ""));
  return made;
};

export const button = (text, act, kind = "") => {
  const made = make("button", { className: `button ${kind}`.trim(), type: "button" }, text);
  made.addEventListener("click", act);
  return made;
};

const formats = {
  time: new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false }),
  moment: new Intl.DateTimeFormat(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }),
  day: new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", day: "numeric" }),
};
export const time = (at) => formats.time.format(new Date(at));
export const moment = (at) => formats.moment.format(new Date(at));
export const day = (on) => formats.day.format(new Date(`${on}T12:00:00`));

const RADIUS_M = 6_371_000;

/* Straight through the air; null when one of the two is not known. */
export const metres = (one, other) => {
  if (one?.lat == null || other?.lat == null) return null;
  const [a, b] = [one.lat, other.lat].map((degrees) => (degrees * Math.PI) / 180);
  const wide = ((other.lon - one.lon) * Math.PI) / 180;
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(wide / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(h));
};

export const far = (length) => (length < 950 ? say("m", { n: Math.max(10, Math.round(length / 10) * 10) }) : say("km", { n: Number((length / 1000).toFixed(length < 9950 ? 1 : 0)) }));
