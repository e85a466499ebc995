/** Filter and order of the containers' table. Pure. */
import { shownPodContainer } from "~/domain/container";
import type { ContainerRow } from "~/domain/container-usage";

export type ContainerSort = "name" | "state" | "cpu" | "memory" | "io" | "network" | "restarts";

export interface ContainerOrder {
  key: ContainerSort;
  down: boolean;
}

/** Of two readings, as far as they are known; null when neither is. */
function sumKnown(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

const ORDERS: Record<ContainerSort, (row: ContainerRow) => number | string> = {
  name: (row) => shownPodContainer(row).toLowerCase(),
  state: ({ state, health }) => `${health === "unhealthy" ? 0 : 1} ${state}`,
  cpu: ({ usage }) => usage?.cpu ?? -1,
  memory: ({ usage }) => usage?.memoryBytes ?? -1,
  io: ({ usage }) => (usage && sumKnown(usage.readBytesPerSecond, usage.writeBytesPerSecond)) ?? -1,
  network: ({ usage }) => (usage && sumKnown(usage.receiveBytesPerSecond, usage.transmitBytesPerSecond)) ?? -1,
  restarts: ({ restarts }) => restarts ?? -1,
};

const isText = (key: ContainerSort) => key === "name" || key === "state";

/** Parses the order from the address: `memory.up`. The largest CPU first where it is none. */
export function readOrder(text: string): ContainerOrder {
  const [key = "", direction] = text.split(".");
  const known = Object.hasOwn(ORDERS, key) ? (key as ContainerSort) : "cpu";
  return { key: known, down: direction === undefined ? !isText(known) : direction !== "up" };
}

export const writeOrder = ({ key, down }: ContainerOrder): string => `${key}.${down ? "down" : "up"}`;

/** The column's natural order first, its reverse at the second click. */
export function nextOrder(now: ContainerOrder, key: ContainerSort): ContainerOrder {
  return now.key === key ? { key, down: !now.down } : { key, down: !isText(key) };
}

/** Rows that contain every word, in order; ties by name. */
export function shownContainers(rows: readonly ContainerRow[], text: string, { key, down }: ContainerOrder): ContainerRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const searched = (row: ContainerRow) =>
    [row.id, shownPodContainer(row), row.image, row.project, row.runtime, row.state, row.health].join(" ").toLowerCase();
  const order = ORDERS[key];
  const direction = down ? -1 : 1;
  return rows
    .filter((row) => words.every((word) => searched(row).includes(word)))
    .sort((a, b) => {
      const [x, y] = [order(a), order(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * direction || a.name.localeCompare(b.name);
    });
}
