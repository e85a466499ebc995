/** What a line of a chart is called: what its series is of, then which part of it. Pure. */
import type { Labels } from "./sample";
import { shownUnitName } from "./unit-name";

/** Labels that say what a series is of, the first that it has; the rest of the line is left out, as the first one implies it. */
const SUBJECTS: readonly (readonly string[])[] = [
  ["system.filesystem.mountpoint", "system.device", "system.filesystem.type", "system.filesystem.mode"],
  ["container.name", "container.id"],
  ["systemd.unit", "user.id"],
  ["hw.name", "hw.id"],
];

type Word = (value: string) => string;

/** Called by more than the bare value. */
const CALLED: Readonly<Record<string, (value: string, word: Word) => string>> = {
  "cpu.logical_number": (value, word) => `${word("core")} ${value}`,
  "system.irq": (value) => (/^\d+$/.test(value) ? `IRQ ${value}` : value),
  "systemd.unit": shownUnitName,
};

/** These come first, in this order: "docker web", "coretemp Core 0". */
const FIRST = ["container.runtime", "container.name", "container.id", "systemd.unit", "hw.parent", "hw.name"];

/** "/ reserved", "vda read", "docker web"; empty without labels. `word` translates what is no name, such as "read". */
export function seriesName(labels: Labels, word: Word = (value) => value): string {
  const implied = new Set(
    SUBJECTS.flatMap((line) => line.slice(line.findIndex((name) => labels[name] !== undefined) + 1 || line.length)),
  );
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : isName(name) ? FIRST.length : FIRST.length + 1);
  return Object.keys(labels)
    .filter((name) => !implied.has(name))
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
    .map((name) => {
      const value = labels[name] ?? "";
      return CALLED[name]?.(value, word) ?? (isName(name) ? value : word(value));
    })
    .join(" ");
}

/** Labels whose values are names of things, not words of a language. */
function isName(label: string): boolean {
  return /^(system\.device|system\.filesystem\.mountpoint|network\.interface\.name|cpu\.logical_number|system\.irq|network\.(protocol|transport)|container\.|systemd\.|hw\.)/.test(
    label,
  );
}

/** Series without those that others are parts of: those whose labels are all in another one, which has `parts` besides. */
export function withoutTotals<One extends { labels: Labels }>(series: readonly One[], parts: readonly string[]): readonly One[] {
  if (parts.length === 0) return series;
  const wholes = new Set<string>();
  for (const { labels } of series) {
    const present = parts.filter((name) => labels[name] !== undefined);
    // Of each choice of its parts: without them it would be a total.
    for (let choice = 1; choice < 1 << present.length; choice++) {
      const left = present.filter((_name, index) => (choice >> index) & 1);
      wholes.add(keyOf(labels, left));
    }
  }
  return series.filter(({ labels }) => !wholes.has(keyOf(labels, [])));
}

function keyOf(labels: Labels, without: readonly string[]): string {
  return Object.keys(labels)
    .filter((name) => !without.includes(name))
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join("\n");
}
