// @ts-check
// uPlot in Guesthouse colours. The page links vendor/uplot/uPlot.min.css. Every colour comes from a registered token (@property <color>),
// so getComputedStyle() returns rgb(), never "light-dark(…)", which canvas would paint black.
import { clock, number } from "./format.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";

/** @param {string} name @returns {string} */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--gh-${name}`).trim();
/** @param {string} rgb @param {number} alpha */
const fade = (rgb, alpha) => rgb.replace(/^rgb\(([^)]+)\)$/, (_, c) => `rgb(${c.replaceAll(",", " ")} / ${alpha})`);

/**
 * Line chart with soft area, hairline grid and no legend (the legend is HTML above it).
 * @param {HTMLElement} el
 * @param {{x:number[], ys:(number | null)[][], names:string[], tones:string[], max:number, unit?:string,
 *          height?:number, dashed?:number[], axisWidth?:number, sync?:string, time?:(at: number) => string}} o tones are token names: "s1" … "s6"
 */
export function chart(el, o) {
  const font = `500 11px ${getComputedStyle(el).fontFamily}`; // whole px: uPlot scales only integers on dense screens
  const build = () => ({
    width: el.clientWidth, height: o.height ?? 104, padding: /** @type {uPlot.Padding} */ ([6, 4, 0, 0]),
    legend: { show: false }, cursor: { points: { size: 6 }, sync: o.sync ? { key: o.sync } : undefined },
    scales: { x: { time: true }, y: { range: () => /** @type {uPlot.Range.MinMax} */ ([0, o.max]) } },
    axes: [
      { stroke: token("ink-3"), font, size: 22, gap: 4, space: 90, grid: { show: false }, ticks: { show: false },
        values: (/** @type {uPlot} */ _u, /** @type {number[]} */ v) => v.map((at) => (o.time ?? clock)(at * 1000)) },
      { stroke: token("ink-3"), font, size: o.axisWidth ?? 46, gap: 6, ticks: { show: false },
        grid: { stroke: token("line"), width: 1 }, splits: () => [0, o.max / 2, o.max],
        values: (/** @type {uPlot} */ _u, /** @type {number[]} */ v) => v.map((n) => `${number(n)}${o.unit ?? ""}`) },
    ],
    series: [{}, ...o.ys.map((_, i) => {
      const dashed = o.dashed?.includes(i);
      return {
        label: o.names[i], stroke: token(o.tones[i]), width: 1.5, dash: dashed ? [4, 4].map((d) => d * devicePixelRatio) : undefined,
        points: { show: false }, paths: uPlot.paths.spline?.(), spanGaps: false, // null = no data = a gap
        fill: dashed ? undefined : (/** @type {uPlot} */ u) => {
          const g = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
          g.addColorStop(0, fade(token(o.tones[i]), 0.2));
          g.addColorStop(1, fade(token(o.tones[i]), 0));
          return g;
        },
      };
    })],
  });
  let plot = new uPlot(build(), [o.x, ...o.ys], el);
  const redraw = () => { const data = plot.data; plot.destroy(); plot = new uPlot(build(), data, el); };
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new ResizeObserver(() => plot.setSize({ width: el.clientWidth, height: o.height ?? 104 })).observe(el);
  return {
    /** @param {number[]} x @param {(number | null)[][]} ys @param {number} [max] @param {string} [unit] */
    update(x, ys, max = o.max, unit = o.unit) {
      Object.assign(o, { max, unit });
      plot.setData([x, ...ys]);
    },
  };
}
