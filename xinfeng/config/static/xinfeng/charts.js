/* Charts from a small declaration (see components/chart.html): direct labels, bars from zero, colours from the tokens. */
"use strict";
(() => {
  const { colour, option, chinese, library, whenSeen } = window.xinfeng;
  const TONES = ["lake", "quiet", "pine", "amber"];
  const FACE = '"PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
  const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const spoken = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  const written = (value, told, unknown) => {
    if (value === null || value === undefined) return unknown;
    if (told.format === "share") return `${(value / 10).toFixed(1)} %`;
    if (told.format === "people") {
      const steps = chinese() ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "M"]];
      const step = steps.find(([size]) => Math.abs(value) >= size);
      if (step) return `${spoken.format(value / step[0])} ${step[1]}`;
    }
    return exact.format(value);
  };

  const words = (size = 0.875) => ({ color: colour("quiet"), fontSize: Math.round(size * rem()), fontFamily: FACE });

  const axes = (told, write) => {
    const values = told.series.flatMap((s) => [...s.values, ...(s.high ?? []), ...(s.low ?? [])]).filter((v) => v !== null);
    // A share near its top would be a flat line on a full axis; a line may start above zero, a bar may not.
    const low = Math.min(...values, told.target?.value ?? Infinity);
    const high = Math.max(...values, told.target?.value ?? -Infinity);
    const cut = told.type === "line" && low > 0 && low > high * 0.7;
    return {
      label: { ...words(), hideOverlap: true },
      value: { min: cut ? undefined : 0, scale: cut, max: told.format === "share" && (cut || told.type === "ranking") ? 1000 : undefined },
      write,
    };
  };

  const tooltip = (told, write) => ({
    trigger: "axis", renderMode: "richText", confine: true,
    backgroundColor: colour("panel"), borderColor: colour("line"), textStyle: { ...words(), color: colour("ink") },
    axisPointer: { type: told.type === "line" ? "line" : "shadow", lineStyle: { color: colour("line-strong") }, shadowStyle: { color: colour("quiet"), opacity: 0.08 } },
    formatter: (points) => {
      const row = points[0].dataIndex;
      const unit = told.unit && told.format !== "share" ? ` ${told.unit}` : "";
      return [told.labels[row], ...told.series.map((s) => {
        const range = s.low ? ` (${write(s.low[row])}–${write(s.high[row])})` : "";
        return `${s.name}  ${write(s.values[row])}${unit}${range}`;
      })].join("\n");
    },
  });

  const target = (told, write, across) => told.target && {
    silent: true, symbol: "none", lineStyle: { color: colour("cinnabar"), type: "dashed", width: 1.5 },
    label: { ...words(), color: colour("cinnabar"), position: "end", formatter: `${told.target.name}${across ? " " : "\n"}${write(told.target.value)}` },
    data: [across ? { xAxis: told.target.value } : { yAxis: told.target.value }],
  };

  const tone = (series, at) => colour(series.tone ?? TONES[at % TONES.length]);

  // The interval of an estimate is drawn, as a band under its line.
  const bands = (series, at) => series.low ? [
    { type: "line", stack: `band${at}`, data: series.low, symbol: "none", silent: true, lineStyle: { opacity: 0 }, stackStrategy: "all" },
    { type: "line", stack: `band${at}`, data: series.high.map((h, i) => h === null ? null : h - series.low[i]), symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: tone(series, at), opacity: 0.16 }, stackStrategy: "all" },
  ] : [];

  // A label beside the ground needs a margin as wide as itself; a Chinese sign is as wide as it is high.
  const room = (labels) => {
    const wide = (text) => [...String(text)].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e80 ? 0.9 : 0.52), 0);
    return labels.length ? Math.min(160, Math.max(...labels.map(wide)) * rem() + 14) : 12;
  };
  const mark = (told, write) => told.target ? [told.target.name, write(told.target.value)] : [];

  // Only the last point is marked, and one that stands alone between gaps; an open ring is not complete yet.
  const dot = (values, value, i, open) => {
    const last = i === values.length - 1;
    const alone = (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null;
    return { value, symbolSize: last || alone ? 7 : 0, symbol: last && open ? "emptyCircle" : "circle" };
  };

  const line = (told, write) => {
    const last = told.labels.length - 1;
    const { label, value } = axes(told, write);
    const several = told.series.length > 1;
    const ends = told.series.map((s) => several ? s.name : write(s.values[last]));
    return {
      grid: { left: 4, right: room([...ends, ...mark(told, write)]), top: 28, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: told.labels, boundaryGap: false, axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false }, axisLabel: { ...label, alignMinLabel: "left", alignMaxLabel: "right" } },
      yAxis: { type: "value", ...value, splitNumber: 3, splitLine: { lineStyle: { color: colour("line") } }, axisLabel: { ...label, formatter: write } },
      series: told.series.flatMap((s, at) => [...bands(s, at), {
        type: "line", name: s.name, data: s.values.map((v, i) => dot(s.values, v, i, told.open_last)),
        symbol: "circle", symbolSize: 0, showAllSymbol: true, connectNulls: false,
        lineStyle: { width: 2, type: s.dashed ? "dashed" : "solid" }, itemStyle: { color: tone(s, at) },
        endLabel: { show: true, ...words(), color: tone(s, at), formatter: (p) => several ? s.name : write(p.value), distance: 6 },
        labelLayout: { moveOverlap: "shiftY" }, markLine: at === 0 ? target(told, write, false) || undefined : undefined,
        emphasis: { disabled: true },
      }]),
    };
  };

  const bar = (told, write) => {
    const { label } = axes(told, write);
    return {
      grid: { left: 4, right: room(mark(told, write)), top: 28, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: told.labels, axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false }, axisLabel: { ...label, interval: told.labels.length > 12 ? "auto" : 0 } },
      yAxis: { type: "value", min: 0, splitNumber: 3, splitLine: { lineStyle: { color: colour("line") } }, axisLabel: { ...label, formatter: write } },
      legend: told.series.length > 1 ? { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: words(), selectedMode: false } : undefined,
      series: told.series.map((s, at) => ({
        type: "bar", name: s.name, data: s.values, barMaxWidth: 36, itemStyle: { color: tone(s, at), borderRadius: [2, 2, 0, 0] },
        label: { show: told.labels.length * told.series.length <= 8, position: "top", ...words(), color: colour("ink"), formatter: (p) => write(p.value) },
        markLine: at === 0 ? target(told, write, false) || undefined : undefined, emphasis: { disabled: true },
      })),
    };
  };

  const ranking = (told, write) => {
    const { label, value } = axes(told, write);
    return {
      grid: { left: 4, right: 64 * rem() / 16, top: told.target ? 26 : 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", ...value, show: false },
      yAxis: { type: "category", inverse: true, data: told.labels, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...label, color: colour("ink"), interval: 0, width: 7.5 * rem(), overflow: "truncate" } },
      series: told.series.map((s, at) => ({
        type: "bar", name: s.name, data: s.values.map((v) => v ?? { value: 0, label: { color: colour("amber-ink"), formatter: write(null) } }), barMaxWidth: 16, itemStyle: { color: tone(s, at), borderRadius: [0, 2, 2, 0] },
        label: { show: true, position: "right", ...words(), color: colour("ink"), backgroundColor: colour("paper"), formatter: (p) => write(p.value) },
        markLine: at === 0 ? target(told, write, true) || undefined : undefined, emphasis: { disabled: true },
      })),
    };
  };

  const KINDS = { line, bar, ranking };

  const draw = async (figure) => {
    const id = figure.dataset.chart;
    const told = option(id);
    const ground = document.getElementById(id);
    await library(figure.dataset.library);
    const write = (value) => written(value, told, figure.dataset.unknown);
    const kind = KINDS[told.type] ?? bar;
    if (kind === ranking) ground.style.height = `${told.labels.length * 2 * rem() * told.series.length + 32}px`;
    const chart = window.echarts.init(ground, null, { renderer: "canvas" });
    const paint = () => chart.setOption({
      animation: false, aria: { enabled: false }, textStyle: { fontFamily: FACE },
      tooltip: tooltip(told, write), ...kind(told, write),
    });
    paint();
    new ResizeObserver(() => chart.resize()).observe(ground);
    if (told.links) chart.on("click", (at) => { location.href = told.links[at.dataIndex]; });
    figure.dataset.drawn = "1";
  };

  whenSeen("[data-chart]", (figure) => draw(figure).catch((error) => {
    figure.querySelector(".behind").open = true;
    console.error(error);
  }));
})();
