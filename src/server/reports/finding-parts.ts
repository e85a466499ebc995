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

/** "postgres used 61 % of the memory, then nginx with 12 %" */
function heaviest(programs: readonly { name: string; share: number }[], of: string): Prose[] {
  const [first, second] = programs;
  if (!first || first.share < 0.05) return [];
  const more: Prose = second && second.share >= 0.1 ? [", then ", second.name, " with ", percent(second.share)] : [];
  return [[first.name, " used ", percent(first.share), ` of ${of}`, ...more]];
}

export const cpuUsers = ({ processes }: ReportInputs) =>
  heaviest(
    processes.byCpu.map((one) => ({ name: one.name, share: one.cpuShare })),
    "the CPU time of all processes",
  );
export const ioUsers = ({ processes }: ReportInputs) =>
  heaviest(
    processes.byIo.map((one) => ({ name: one.name, share: one.ioShare })),
    "the bytes read and written",
  );
export const memoryUsers = ({ processes }: ReportInputs) => heaviest(processes.byMemory, "the memory");
