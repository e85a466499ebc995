import type { Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import type { Collector } from "./collector";
import { guarded } from "./kernel-files";
import { ByteReader, NEWLINE } from "./procfs";
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

/** Kernels without PSI do not have these files; booted with psi=0, as Red Hat's are, they refuse to read them. */
export function openPressure(roots: Roots): Collector {
  return guarded(
    "pressure",
    RESOURCES.map((resource) => ({
      file: { path: `${roots.proc}/pressure/${resource}`, whole: true },
      parse: parseOnChange((bytes) => parsePressure(resource, bytes)),
    })),
  );
}
