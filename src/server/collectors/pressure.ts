import type { Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { isMissing, type KeptFile, readKept } from "./procfs";

const RESOURCES = ["cpu", "memory", "io", "irq"] as const;

/** Parses /proc/pressure/RESOURCE: the kernel's own totals in microseconds, as seconds. */
export function parsePressure(resource: string, bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  for (const line of bytes.toString("latin1", 0, bytes.length).split("\n")) {
    const [kind] = line.split(" ", 1);
    const total = /total=(\d+)/.exec(line)?.[1];
    if (total === undefined || (kind !== "some" && kind !== "full")) continue;
    readings.push({ metric: `system.linux.pressure.${resource}.${kind}`, value: Number(total) / 1e6 });
  }
  return readings;
}

/** Kernels without PSI, or booted with psi=0, have no such files or refuse to read them: then there is nothing to tell. */
export function openPressure(roots: Roots): Collector {
  const files = RESOURCES.map((resource) => ({
    resource,
    file: { path: `${roots.proc}/pressure/${resource}`, whole: true } as KeptFile,
  })).filter(({ file }) => {
    try {
      readKept(file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  });
  return {
    name: "pressure",
    collect: () => files.flatMap(({ resource, file }) => parsePressure(resource, readKept(file))),
  };
}
