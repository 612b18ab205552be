/* The round's points as dots in their places, drawn without a network: a small sketch, north up. */
const SVG = "http://www.w3.org/2000/svg";
const WIDE = 340, HIGH = 220, EDGE = 18;

const element = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

export const sketch = (points, title, toneOf) => {
  const placed = points.filter((point) => point.lat !== null);
  if (!placed.length) return null;
  const middle = placed.reduce((sum, point) => sum + point.lat, 0) / placed.length;
  const squeeze = Math.cos((middle * Math.PI) / 180);
  const xs = placed.map((point) => point.lon * squeeze), ys = placed.map((point) => point.lat);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const span = Math.max((Math.max(...xs) - left) / (WIDE - 2 * EDGE), (Math.max(...ys) - bottom) / (HIGH - 2 * EDGE)) || 1;
  const at = placed.map((point, k) => [EDGE + (xs[k] - left) / span, HIGH - EDGE - (ys[k] - bottom) / span]);
  const made = element("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", class: "sketch" });
  made.append(Object.assign(element("title", {}), { textContent: title }));
  made.append(element("polyline", { points: at.map((pair) => pair.map((n) => n.toFixed(1)).join(",")).join(" "), class: "way" }));
  placed.forEach((point, k) => {
    const dot = element("g", { class: `dot ${toneOf(point)}` });
    dot.append(element("circle", { cx: at[k][0], cy: at[k][1], r: 11 }));
    const number = element("text", { x: at[k][0], y: at[k][1] + 4 });
    number.textContent = point.order;
    dot.append(number);
    made.append(dot);
  });
  return made;
};
