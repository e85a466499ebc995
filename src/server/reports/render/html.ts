/** Renders one self-contained HTML file: style, script and data are inline, so that it opens from disk without a network. */

import { createHash } from "node:crypto";
import { escapeHtml } from "~/domain/escape-html";
import { type Block, type Cell, type ChartBlock, proseText, type Report, textOf } from "~/domain/report";
import { SCRIPT_TAG, STYLE_TAG } from "~/domain/report-page";
import type { PageChart } from "../page/data";
import { axisTicksOf, type Box, shapesOf } from "./shapes";

/** Script and style that every report embeds. */
export interface PageParts {
  script: string;
  style: string;
}

const RTL = "[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Syriac}\\p{Script=Thaana}]";
/** From the first to the last letter that is written from right to left, with what stands between them. */
const FROM_RIGHT = new RegExp(`${RTL}(?:[^<>&\\p{Script=Latin}]*${RTL})?`, "gu");

/** Text for the page. What is written from right to left stays by itself: it would turn the numbers beside it too. */
const escaped = (text: string) => escapeHtml(text).replace(FROM_RIGHT, "<bdi>$&</bdi>");

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export function renderHtml(report: Report, { script, style }: PageParts): string {
  const { timeZone } = report;
  const charts: PageChart[] = [];
  const text = (cell: Cell) => escaped(textOf(cell, timeZone));
  const sections = report.sections.map(
    ({ id, title, blocks }) =>
      `<section id="${id}"><h2>${escapeHtml(title)}</h2>${blocks.map((block) => blockHtml(block, timeZone, charts)).join("")}</section>`,
  );
  // The file has its own policy, for when it is opened from disk or from a mail.
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  const json = JSON.stringify(charts).replace(
    /[<\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${report.title}: ${report.host}`)}</title>
${STYLE_TAG}${style}</style></head>
<body><div class="sheet">
<nav aria-label="Contents"><p class="brand">Hostscope</p><ol>${report.sections.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join("")}</ol></nav>
<main><header><p class="muted">${escapeHtml(report.title)}</p><h1 dir="auto">${escapeHtml(report.host)}</h1>
<p class="muted">${text(report.from)} to ${text(report.to)} (${escapeHtml(timeZone)}). Created ${text(report.createdAt)} by Hostscope ${escapeHtml(report.version)}.</p>
<p class="verdict is-${report.verdict}">${escaped(proseText(report.sentence, timeZone))}</p></header>
${sections.join("\n")}</main></div>
<script type="application/json" id="charts">${json}</script>
${SCRIPT_TAG}${script}</script></body></html>
`;
}

function blockHtml(block: Block, timeZone: string, charts: PageChart[]): string {
  const text = (cell: Cell) => escaped(textOf(cell, timeZone));
  const prose = (parts: readonly Cell[]) => escaped(proseText(parts, timeZone));
  switch (block.kind) {
    case "facts":
      return `<dl class="facts">${block.items
        .map(
          ({ name, value, note }) =>
            `<div class="card"><dt>${escapeHtml(name)}</dt><dd>${text(value)}<small>${prose(note)}</small></dd></div>`,
        )
        .join("")}</dl>`;
    case "paragraph":
      return `<p>${prose(block.text)}</p>`;
    case "finding":
      return `<article class="card finding is-${block.severity}"><b class="is-${block.severity}">${block.severity}</b><h3>${prose(block.title)}</h3><p>${prose(block.advice)}</p>${listOf(block.evidence.map(prose))}</article>`;
    case "table": {
      const cut =
        (block.total.value ?? 0) > block.rows.length ? `<p class="muted">${block.rows.length} of ${text(block.total)}.</p>` : "";
      const head = block.columns
        .map(
          ({ name, align }) =>
            `<th${align === "right" ? ' class="number"' : ""}><button type="button">${escapeHtml(name) || "name"}</button></th>`,
        )
        .join("");
      const rows = block.rows.map((row) => `<tr>${row.map((cell) => cellHtml(cell, timeZone)).join("")}</tr>`).join("");
      return `<div class="card"><h3>${escapeHtml(block.title)}</h3><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${cut}</div>`;
    }
    case "chart":
      return chartHtml(block, timeZone, charts);
  }
}

const listOf = (items: readonly string[]) =>
  items.length === 0 ? "" : `<ul>${items.map((one) => `<li>${one}</li>`).join("")}</ul>`;

function cellHtml(cell: Cell, timeZone: string): string {
  const text = escapeHtml(textOf(cell, timeZone));
  if (typeof cell === "string") return `<td dir="auto">${text}</td>`;
  if ("time" in cell) return `<td class="time" data-value="${cell.time}">${text}</td>`;
  return `<td class="number" data-value="${cell.value ?? ""}">${text}</td>`;
}

const WIDTH = 920;
/** Right of the plot, for the threshold. */
const RIGHT = 108;
const BOX: Box = { left: 62, top: 8, width: WIDTH - 62 - RIGHT, height: 156 };

const limitText = (threshold: Cell, timeZone: string) => `threshold ${textOf(threshold, timeZone)}`;

function chartHtml(chart: ChartBlock, timeZone: string, charts: PageChart[]): string {
  charts.push({
    unit: chart.unit,
    stacked: chart.stacked,
    timeZone,
    timestamps: chart.timestamps,
    series: chart.series,
    top: chart.top,
    valueTicks: chart.valueTicks.map(({ value }) => value ?? 0),
    threshold: chart.threshold && { value: chart.threshold.value ?? 0, label: limitText(chart.threshold, timeZone) },
  });
  const right = BOX.left + BOX.width;
  const bottom = BOX.top + BOX.height;
  const marks = axisTicksOf(chart, BOX);
  const text = (cell: Cell) => escapeHtml(textOf(cell, timeZone));
  const svg = [
    ...marks.values.map(
      ({ y, value }) =>
        `<path class="grid" d="M${BOX.left} ${y}H${right}"/><text x="${BOX.left - 6}" y="${y + 3}" text-anchor="end">${text(value)}</text>`,
    ),
    ...marks.times.map(({ x, moment }) => `<text x="${x}" y="${bottom + 16}" text-anchor="middle">${text(moment)}</text>`),
    ...shapesOf(chart, BOX).map(({ kind, color, path }) => `<path class="${kind} c-${color}" d="${path}"/>`),
    ...(marks.threshold
      ? [
          `<path class="limit" d="M${BOX.left} ${marks.threshold.y}H${right}"/><text class="limit-name" x="${right + 6}" y="${marks.threshold.y + 3}">${escapeHtml(limitText(marks.threshold.value, timeZone))}</text>`,
        ]
      : []),
  ].join("");
  const key = chart.series.map(({ name, color }) => `<li class="c-${color}">${escapeHtml(name)} <span></span></li>`).join("");
  const names = chart.series.map(({ name }) => name).join(", ");
  return `<figure class="card${chart.stacked ? " stacked" : ""}" data-chart="${charts.length - 1}"><figcaption>${escapeHtml(chart.title)}<span class="hint">drag to zoom</span><ul class="key">${key}</ul></figcaption><div><svg viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-label="${escapeHtml(`${chart.title}: ${names}`)}">${svg}</svg></div></figure>`;
}
