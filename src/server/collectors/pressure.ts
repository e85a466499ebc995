import type { Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { ByteReader, isMissing, type KernelFile, NEWLINE, readKernelFile } from "./procfs";
import { parseOnChange } from "./protocols";

const RESOURCES = ["cpu", "memory", "io", "irq"] as const;
const METRICS = new Map(
  RESOURCES.map((resource) => {
    const metric = (kind: string) => `system.linux.pressure.${resource}.${kind}`;
    return [resource, { some: metric("some"), full: metric("full") }];
  }),
);
const TOTAL = Buffer.from("total=");

/** Parses /proc/pressure/RESOURCE: the kernel's totals, converted from microseconds to seconds. */
export function parsePressure(resource: (typeof RESOURCES)[number], bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  const metrics = METRICS.get(resource);
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    const metric = reader.startsWith("some ") ? metrics?.some : reader.startsWith("full ") ? metrics?.full : undefined;
    const total = bytes.indexOf(TOTAL, reader.position);
    if (metric === undefined || total < 0) continue;
    const end = bytes.indexOf(NEWLINE, reader.position);
    if (end >= 0 && total > end) continue;
    reader.position = total;
    const value = reader.number();
    if (value >= 0) readings.push({ metric, value: value / 1e6 });
  }
  return readings;
}

/** Kernels without PSI, or booted with psi=0, do not have these files or refuse to read them: no readings then. */
export function openPressure(roots: Roots): Collector {
  const files = RESOURCES.map((resource) => ({
    parse: parseOnChange((bytes) => parsePressure(resource, bytes)),
    file: { path: `${roots.proc}/pressure/${resource}`, whole: true } as KernelFile,
  })).filter(({ file }) => {
    try {
      readKernelFile(file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  });
  return {
    name: "pressure",
    collect: () => files.flatMap(({ parse, file }) => parse(readKernelFile(file))),
  };
}
