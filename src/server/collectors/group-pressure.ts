/** Pressure of each container and unit, as the kernel counts it for their cgroups: version 2 only, and not with psi=0. */
import type { GroupPressure, GroupPressureResource } from "~/domain/group-pressure";
import type { Labels } from "~/domain/sample";
import type { Roots } from "../roots";
import { cgroupVersion, findCgroups, foldersOf } from "./cgroup-tree";
import { readText } from "./procfs";

/** Parses the mean of the last minute of a pressure file; null when it has none. */
export function parseWaiting(text: string): number | null {
  const percent = /^some .*\bavg60=([\d.]+)/m.exec(text)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}

const groupOf = (labels: Labels) =>
  labels["systemd.unit"] ?? `${labels["container.runtime"]} ${labels["container.name"] ?? labels["container.id"] ?? ""}`;

/** Those with any, the highest first. */
export function* readGroupPressure(roots: Roots, resource: GroupPressureResource): Generator<undefined, GroupPressure[]> {
  if (cgroupVersion(roots) !== 2) return [];
  const found: GroupPressure[] = [];
  for (const { path, labels } of findCgroups(roots, 2)) {
    yield;
    const waiting = parseWaiting(readText(`${foldersOf(roots, 2, path).cpu}/${resource}.pressure`) ?? "");
    if (waiting) found.push({ group: groupOf(labels), resource, waiting });
  }
  return found.sort((a, b) => b.waiting - a.waiting);
}
