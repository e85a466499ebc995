/**
 * What each series is called in the Prometheus world, and where its value stands in a sample. Prepared once for each layout: a scrape or a
 * written step only takes numbers from it. Pure.
 */
import type { DefinitionOf } from "~/domain/metric";
import { type Labels, type Series, seriesKey } from "~/domain/sample";
import type { FamilyType } from "./family";
import { prometheusName } from "./names";

export interface ExposedSeries {
  name: string;
  type: FamilyType;
  help: string;
  labels: Labels;
  /** Where the parts of its value stand in the sample; without any it has the value `scale`. */
  slots: readonly number[];
  scale: number;
}

/** NaN without a reading. */
export function exposedValue({ slots, scale }: Pick<ExposedSeries, "slots" | "scale">, values: Float64Array): number {
  let sum = slots.length === 0 ? 1 : 0;
  for (const slot of slots) sum += values[slot] as number;
  return sum * scale;
}

/** In the order of the layout; of two with one name and the same labels, such as those of two custom metrics, the first. */
export function exposedSeries(layout: readonly Series[], definitionOf: DefinitionOf): ExposedSeries[] {
  const found = layout.map((series, slot): ExposedSeries => {
    const { name, type, labels, scale } = prometheusName(series, definitionOf);
    return { name, type, help: definitionOf(series.metric)?.help ?? `${series.metric}.`, labels, slots: [slot], scale };
  });
  const known = new Set<string>();
  return [...found, ...filesystemSeries(layout)].filter(({ name, labels }) => {
    const key = seriesKey({ metric: name, labels });
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

interface Mount {
  labels: Labels;
  slots: Record<string, number>;
}

/** node_exporter's size and free are sums of the states that we keep separately. */
function filesystemSeries(layout: readonly Series[]): ExposedSeries[] {
  const mounts = new Map<string, Mount>();
  layout.forEach(({ metric, labels }, slot) => {
    if (metric !== "system.filesystem.usage" && metric !== "system.filesystem.inodes.usage") return;
    const { "system.filesystem.state": state = "", ...rest } = labels;
    const mountpoint = rest["system.filesystem.mountpoint"] ?? "";
    const found = mounts.get(mountpoint) ?? { labels: rest, slots: {} };
    found.slots[metric === "system.filesystem.usage" ? state : `inodes ${state}`] = slot;
    mounts.set(mountpoint, found);
  });
  return [...mounts].flatMap(([mountpoint, mount]) => mountSeries(mountpoint, mount));
}

function mountSeries(mountpoint: string, { labels, slots }: Mount): ExposedSeries[] {
  const node = {
    device: labels["system.device"] ?? "",
    fstype: labels["system.filesystem.type"] ?? "",
    mountpoint,
  };
  const gauge = (name: string, help: string, states: readonly string[]): ExposedSeries[] => {
    const wanted = states.flatMap((state) => slots[state] ?? []);
    if (wanted.length < states.length) return [];
    return [{ name: `node_filesystem_${name}`, type: "gauge", help, labels: node, slots: wanted, scale: 1 }];
  };
  const readOnly = labels["system.filesystem.mode"] === "ro" ? 1 : 0;
  return [
    ...gauge("size_bytes", "Size of the filesystem.", ["used", "free", "reserved"]),
    ...gauge("free_bytes", "Free space, with what is reserved to root.", ["free", "reserved"]),
    ...gauge("avail_bytes", "Space that everyone can use.", ["free"]),
    ...gauge("files", "Inodes of the filesystem.", ["inodes used", "inodes free"]),
    ...gauge("files_free", "Free inodes of the filesystem.", ["inodes free"]),
    ...(slots.used === undefined
      ? []
      : gauge("readonly", "1 when the filesystem is mounted read-only.", []).map((one) => ({ ...one, scale: readOnly }))),
  ];
}
