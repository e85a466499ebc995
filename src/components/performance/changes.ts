/** How each process changed since some minutes before. Pure. */
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";

interface Row {
  pid: number;
  startedAt: string;
  parentPid: number;
  name: string;
  command: string;
  cpu: number | null;
  memoryBytes: number;
  readBytesPerSecond: number | null;
  writeBytesPerSecond: number | null;
  depth?: number;
}

export interface MomentRow extends Row {
  /** As text: "new", "+38% CPU", or empty when hardly anything changed. */
  change: string;
}

export interface ChangeSpeech {
  moment: Pick<Words["performance"]["moment"], "isNew" | "cpuChange">;
  format: Format;
}

/** Ignore smaller differences as noise. */
const LEAST_CORES = 0.01;
const LEAST_BYTES = 2 ** 20;

function change(row: Row, before: Row | undefined, { moment, format }: ChangeSpeech): string {
  if (!before) return moment.isNew;
  const cores = (row.cpu ?? 0) - (before.cpu ?? 0);
  const bytes = row.memoryBytes - before.memoryBytes;
  const sign = (value: number) => (value > 0 ? "+" : "−");
  if (Math.abs(cores) >= LEAST_CORES) return moment.cpuChange(`${sign(cores)}${format.text(Math.abs(cores), "1")}`);
  if (Math.abs(bytes) >= LEAST_BYTES) return `${sign(bytes)}${format.text(Math.abs(bytes), "By")}`;
  return "";
}

/** `before` is null when nothing is stored for that time; then all changes are empty. */
export function changesBetween(rows: readonly Row[], before: readonly Row[] | null, speech: ChangeSpeech): MomentRow[] {
  const known = before && new Map(before.map((row) => [`${row.pid} ${row.startedAt}`, row]));
  return rows.map((row) => ({ ...row, change: known ? change(row, known.get(`${row.pid} ${row.startedAt}`), speech) : "" }));
}
