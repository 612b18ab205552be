/* Maps over local GeoJSON: no tiles, no glyphs, no sprites; every label is an HTML marker. */
"use strict";
(() => {
  const { colour, option, library, whenSeen } = window.xinfeng;
  const EMPTY = { type: "FeatureCollection", features: [] };
  const word = (name) => String(name ?? "not_known").toLowerCase();

  const sheet = (address) => new Promise((done, failed) => {
    if (document.querySelector(`link[href="${address}"]`)) return done();
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address, onload: done, onerror: failed }));
  });

  const fetched = async (source) => {
    if (!source) return EMPTY;
    if (typeof source !== "string") return source;
    const answer = await fetch(source, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    return answer.json();
  };

  const byVerdict = (property) => ["match", ["downcase", ["to-string", ["get", property]]],
    "met", colour("pine"), "not_met", colour("brick"), "not_known", colour("amber"), "calm", colour("lake"), "", colour("lake"), colour("line-strong")];

  const layers = () => [
    { id: "ground", type: "background", paint: { "background-color": colour("quiet-wash") } },
    { id: "areas", source: "areas", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: {
      "fill-color": ["match", ["downcase", ["to-string", ["get", "tone"]]], "met", colour("pine-wash"), "not_met", colour("brick-wash"), "not_known", colour("amber-wash"), colour("panel")] } },
    { id: "edges", source: "areas", type: "line", paint: { "line-color": colour("line-strong"), "line-width": 1, "line-opacity": 0.7 } },
    { id: "clusters", source: "places", type: "circle", filter: ["has", "point_count"], paint: {
      "circle-color": colour("quiet"), "circle-stroke-color": colour("panel"), "circle-stroke-width": 1.5,
      "circle-radius": ["step", ["get", "point_count"], 11, 10, 13, 100, 17, 500, 21] } },
    // What may be the same thing reported twice stands in a ring.
    { id: "alike", source: "places", type: "circle", filter: ["all", ["!", ["has", "point_count"]], [">", ["coalesce", ["get", "alike"], 0], 0]], paint: {
      "circle-color": "transparent", "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 7, 12, 11], "circle-stroke-color": colour("ink"), "circle-stroke-width": 1.5 } },
    { id: "places", source: "places", type: "circle", filter: ["!", ["has", "point_count"]], paint: {
      "circle-color": byVerdict("verdict"), "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 4, 12, 7], "circle-stroke-color": colour("panel"), "circle-stroke-width": 1.5 } },
  ];

  const sources = (areas, places, plain) => ({
    areas: { type: "geojson", data: areas },
    places: { type: "geojson", data: places, cluster: !plain, clusterRadius: 60, clusterMaxZoom: 10 },
  });

  const corners = (coordinates, box = [180, 90, -180, -90]) => {
    if (typeof coordinates[0] === "number") {
      const [x, y] = coordinates;
      return [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
    return coordinates.reduce((grown, inner) => corners(inner, grown), box);
  };
  const extent = (...collections) => {
    const all = collections.flatMap((c) => c.features.map((f) => f.geometry.coordinates));
    return all.length ? corners(all) : null;
  };

  // The middle of mass of the largest ring: a name stands inside its area.
  const middle = (geometry) => {
    const rings = geometry.type === "MultiPolygon" ? geometry.coordinates.map((p) => p[0]) : [geometry.coordinates[0]];
    const measured = rings.map((ring) => {
      let area = 0, x = 0, y = 0;
      for (let i = 1; i < ring.length; i++) {
        const cross = ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
        area += cross; x += (ring[i - 1][0] + ring[i][0]) * cross; y += (ring[i - 1][1] + ring[i][1]) * cross;
      }
      return { area: Math.abs(area), at: area ? [x / (3 * area), y / (3 * area)] : ring[0] };
    });
    return measured.reduce((best, next) => next.area > best.area ? next : best).at;
  };

  const element = (tag, properties, ...inside) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...inside.filter(Boolean));
    return made;
  };

  const names = (map, areas) => areas.features.filter((f) => /Polygon/.test(f.geometry.type)).map(({ geometry, properties }) => {
    const { name, text, href } = properties;
    const label = element(href ? "a" : "span", { className: "map-label", ...(href && { href, tabIndex: -1 }) }, name ?? "", text && " ", text && element("b", { textContent: text }));
    label.setAttribute("aria-label", [name, text].filter(Boolean).join(" "));
    label.setAttribute("role", href ? "link" : "img");
    label.dataset.name = name;
    return new maplibregl.Marker({ element: label }).setLngLat(properties.label_at ?? middle(geometry)).addTo(map);
  });

  // A name steps aside for counts and other names, but not out of its area; without room it waits for a closer look.
  const STEPS = [[0, 0], [0, -24], [0, 24], [0, -44], [0, 44], [-48, 0], [48, 0], [-40, -28], [40, -28], [-40, 28], [40, 28]];
  const meets = (box) => (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
  const around = (x, y, wide, high) => ({ left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });
  const makeRoom = (map, labels) => {
    const taken = map.queryRenderedFeatures({ layers: ["clusters"] }).map(({ geometry }) => {
      const { x, y } = map.project(geometry.coordinates);
      return around(x, y, 34, 34);
    });
    for (const label of labels) {
      const node = label.getElement();
      node.hidden = false;
      const { x, y } = map.project(label.getLngLat());
      const at = ([dx, dy]) => around(x + dx, y + dy, node.offsetWidth + 8, node.offsetHeight + 4);
      const inside = ([dx, dy]) => !(dx || dy) || map.queryRenderedFeatures([x + dx, y + dy], { layers: ["areas"] })
        .some((area) => area.properties.name === node.dataset.name);
      const step = STEPS.find((s) => inside(s) && !taken.some(meets(at(s))));
      if (step) { label.setOffset(step); taken.push(at(step)); } else node.hidden = true;
    }
  };

  const counts = (map) => {
    const shown = new Map();
    return () => {
      const seen = new Set();
      for (const { geometry, properties } of map.queryRenderedFeatures({ layers: ["clusters"] })) {
        const id = properties.cluster_id;
        seen.add(id);
        if (shown.has(id)) continue;
        const label = element("span", { className: "map-count", textContent: properties.point_count });
        label.setAttribute("aria-hidden", "true");
        shown.set(id, new maplibregl.Marker({ element: label }).setLngLat(geometry.coordinates).addTo(map));
      }
      for (const [id, marker] of shown) if (!seen.has(id)) { marker.remove(); shown.delete(id); }
    };
  };

  const popup = (map, told, feature) => {
    const { name, verdict, href, note } = feature.properties;
    const content = element("div", { className: "map-popup" },
      element("strong", { textContent: name }),
      verdict && element("span", {}, element("i", { className: `dot ${word(verdict).replace("_", "-")}` }), told.words[word(verdict)] ?? told.words.not_known),
      note && element("div", { textContent: note }),
      href && element("div", {}, element("a", { href, textContent: told.open })));
    new maplibregl.Popup({ maxWidth: "260px", offset: 10 }).setLngLat(feature.geometry.coordinates).setDOMContent(content).addTo(map);
  };

  const listen = (map, told) => {
    map.on("click", "places", (event) => popup(map, told, event.features[0]));
    map.on("click", "clusters", async (event) => {
      const { properties, geometry } = event.features[0];
      const zoom = await map.getSource("places").getClusterExpansionZoom(properties.cluster_id);
      map.easeTo({ center: geometry.coordinates, zoom: zoom + 0.3 });
    });
    for (const layer of ["places", "clusters"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
  };

  const draw = async (figure) => {
    const id = figure.dataset.map;
    const told = option(id);
    const [areas, places] = await Promise.all([
      fetched(told.areas), fetched(told.places), library(figure.dataset.library), sheet(figure.dataset.sheet),
    ]);
    maplibregl.setWorkerUrl(new URL(figure.dataset.worker, location.href).href);
    const box = told.bounds ?? ((told.closest && extent(places)) || extent(areas, areas.features.length ? EMPTY : places));
    const map = new maplibregl.Map({
      container: id, locale: told.locale, attributionControl: false, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, maxZoom: 17,
      style: { version: 8, sources: sources(areas, places, told.plain), layers: layers() },
      ...(box && { bounds: box, fitBoundsOptions: { padding: 16, maxZoom: 14 } }),
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    listen(map, told);
    map.on("load", () => {
      const labels = names(map, areas);
      const count = counts(map);
      const tidy = () => { count(); makeRoom(map, labels); };
      map.on("idle", tidy);
      map.on("move", count);
      tidy();
      figure.dataset.drawn = "1";
    });
  };

  whenSeen("[data-map]", (figure) => draw(figure).catch((error) => {
    figure.querySelector(".map-ground").hidden = true;
    figure.querySelector(".map-failed").hidden = false;
    console.error(error);
  }));
})();
