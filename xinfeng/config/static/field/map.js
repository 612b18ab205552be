/* The round's points as dots in their places, drawn without a network: a small sketch, north up. */
import { far } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 340, HIGH = 220, EDGE = 18;
const METRES_A_DEGREE = 111_195;

const element = (name, attributes, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

/* A round length that fills at most a third of the sketch. */
const scale = (metresAcross) => {
  const most = metresAcross / 3, ten = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((n) => n * ten).find((length) => length <= most);
};

const ruler = (unit) => {
  const length = scale(WIDE * unit);
  if (!(length > 0)) return null;
  const made = element("g", { class: "ruler" }), right = WIDE - 8, left = right - length / unit;
  made.append(element("path", { d: `M${left.toFixed(1)} ${HIGH - 10}v4H${right}v-4` }), element("text", { x: (left + right) / 2, y: HIGH - 12 }, far(length)));
  return made;
};

export const sketch = (points, { title, here, you }, toneOf) => {
  const placed = points.filter((point) => point.lat !== null);
  if (!placed.length) return null;
  const middle = placed.reduce((sum, point) => sum + point.lat, 0) / placed.length;
  const squeeze = Math.cos((middle * Math.PI) / 180);
  const xs = placed.map((point) => point.lon * squeeze), ys = placed.map((point) => point.lat);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const high = HIGH - 2 * EDGE;
  // One point alone lies in the middle of a kilometre.
  const span = Math.max((Math.max(...xs) - left) / (WIDE - 2 * EDGE), (Math.max(...ys) - bottom) / high) || 1000 / METRES_A_DEGREE / WIDE;
  const x = (lon) => EDGE + (lon * squeeze - left) / span, y = (lat) => HIGH - EDGE - (lat - bottom) / span;
  const at = placed.map((point) => [x(point.lon), y(point.lat)]);
  const made = element("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", class: "sketch" });
  made.append(element("title", {}, title));
  made.append(element("polyline", { points: at.map((pair) => pair.map((n) => n.toFixed(1)).join(",")).join(" "), class: "way" }));
  placed.forEach((point, k) => {
    const dot = element("g", { class: `dot ${toneOf(point)}` });
    dot.append(element("circle", { cx: at[k][0], cy: at[k][1], r: 11 }), element("text", { x: at[k][0], y: at[k][1] + 4 }, point.order));
    made.append(dot);
  });
  if (here) {
    const [hx, hy] = [x(here.lon), y(here.lat)];
    if (hx > 0 && hx < WIDE && hy > 0 && hy < HIGH) {
      const me = element("g", { class: "me" });
      me.append(element("title", {}, you), element("circle", { cx: hx, cy: hy, r: 7 }));
      made.append(me);
    }
  }
  const rule = ruler(span * METRES_A_DEGREE);
  if (rule) made.append(rule);
  return made;
};
