/** Machines by the value of a label, each group with its counts. Pure. */
import type { MachineState } from "~/domain/machine";
import { inNaturalOrder, type MachineRow } from "./columns";

export interface MachineGroup {
  /** Empty for machines without the label. */
  value: string;
  /** In the order of the rows. */
  machines: readonly MachineRow[];
  states: Record<MachineState, number>;
  /** Machines with an alert that fires. */
  firing: number;
}

export function isFiring({ alerts: { info, warning, critical } }: MachineRow): boolean {
  return info + warning + critical > 0;
}

export function countStates(machines: readonly MachineRow[]): Record<MachineState, number> {
  const states: Record<MachineState, number> = { up: 0, late: 0, silent: 0 };
  for (const { state } of machines) states[state]++;
  return states;
}

/** By value; machines without the label come last. */
export function groupMachines(rows: readonly MachineRow[], label: string): MachineGroup[] {
  const values = Map.groupBy(rows, ({ labels }) => labels[label] ?? "");
  return [...values]
    .map(([value, machines]) => ({
      value,
      machines,
      states: countStates(machines),
      firing: machines.filter(isFiring).length,
    }))
    .sort((a, b) => Number(a.value === "") - Number(b.value === "") || inNaturalOrder(a.value, b.value));
}

/** A line of the table. */
export type Line =
  | { kind: "machine"; key: string; machine: MachineRow }
  | { kind: "group"; key: string; group: MachineGroup; folded: boolean };

export const machineLines = (rows: readonly MachineRow[]): Line[] =>
  rows.map((machine) => ({ kind: "machine", key: machine.name, machine }));

/** Heads with the machines below them, less those of folded groups. */
export function groupLines(groups: readonly MachineGroup[], isFolded: (value: string) => boolean): Line[] {
  return groups.flatMap((group): Line[] => {
    const folded = isFolded(group.value);
    const head: Line = { kind: "group", key: `\n${group.value}`, group, folded };
    return folded ? [head] : [head, ...machineLines(group.machines)];
  });
}

/** Rows in the places that they had before; new ones come last. */
export function inPlaces(rows: readonly MachineRow[], places: ReadonlyMap<string, number>): MachineRow[] {
  const place = ({ name }: MachineRow) => places.get(name) ?? Number.MAX_SAFE_INTEGER;
  return rows.toSorted((a, b) => place(a) - place(b));
}
