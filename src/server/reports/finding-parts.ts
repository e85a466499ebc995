/** Building blocks of findings: quantities, pressure and the heaviest programs. */
import { type FindingBlock, type Moment, type Prose, quantity } from "~/domain/report";
import { measured, type ReportInputs } from "./inputs";

export type Finding = Omit<FindingBlock, "kind" | "rule">;
export type FindingRule = (inputs: ReportInputs) => Finding[];

export const DAY_MS = 86_400_000;
export const percent = (share: number) => quantity(share, "1");
export const bytes = (value: number) => quantity(value, "By");
export const minute = (time: number): Moment => ({ time, shown: "minute" });

/** Share of time in which some task waited. Null on kernels without pressure stall information. */
export const pressure = (inputs: ReportInputs, kind: "cpu" | "memory" | "io") =>
  measured(inputs.current[`system.linux.pressure.${kind}.some`])?.summary ?? null;

/** A smaller share is nobody's fault. */
const LEAST_SHARE = 0.05;

/** "ffmpeg (91% of the CPU time)"; what stands for it when no program stands out. */
function heaviest(first: { name: string; share: number } | undefined, of: string, nobody: string): Prose {
  if (!first || first.share < LEAST_SHARE) return [nobody];
  return [first.name, " (", percent(first.share), ` ${of})`];
}

export function cpuUser({ processes: { byCpu } }: ReportInputs): Prose {
  const first = byCpu[0] && { name: byCpu[0].name, share: byCpu[0].cpuShare };
  return heaviest(first, "of the CPU time", "the busiest programs");
}

export function ioUser({ processes: { byIo } }: ReportInputs): Prose {
  const first = byIo[0] && { name: byIo[0].name, share: byIo[0].ioShare };
  return heaviest(first, "of the disk I/O", "the programs that read and write most");
}

export function memoryUser({ processes: { byMemory } }: ReportInputs): Prose {
  return heaviest(byMemory[0], "of the memory", "the largest programs");
}
