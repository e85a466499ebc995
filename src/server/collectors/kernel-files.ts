/** Files of the kernel that a collector reads, each under a guard of its own: one that cannot be read takes no other down. */
import { existsSync } from "node:fs";
import type { NotMeasured } from "~/domain/host";
import type { Reading } from "~/domain/sample";
import type { Collector } from "./collector";
import { isMissing, type KernelFile, readKernelFile } from "./procfs";

export interface GuardedFile {
  file: KernelFile;
  /** `at` is the tick's time, in epoch milliseconds. */
  parse: (bytes: Buffer, at: number) => readonly Reading[];
  /** Read once per this many ticks, for values that rarely change or are expensive for the kernel. */
  everyTicks?: number;
  /** Every Linux has it: its absence is told. Without it, a file that is not there is a part of the kernel that is not in use. */
  usual?: true;
}

/** A file that could not be read is tried again after this long: a module may have been loaded, a right given. */
const AGAIN_MS = 60_000;

interface Guard {
  /** It was not there: what appears, as with a module that is loaded, is read at once. */
  isMissing: boolean;
  /** It has nothing in it, though every Linux has something there. */
  isEmpty: boolean;
  /** Epoch milliseconds of the next try; 0 while it can be read. */
  againAt: number;
  /** Readings of a file that is not read at every tick. */
  kept: readonly Reading[];
}

/** A clock that was set back does not make it wait for longer. */
function isWaiting({ againAt }: Guard, at: number): boolean {
  return againAt !== 0 && at < againAt && at > againAt - 2 * AGAIN_MS;
}

/** Why something cannot be read, by what the kernel means and not by what Node calls it. */
export function reasonOf(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  // EOPNOTSUPP is 95, which Node calls ENOTSUP: pressure stall information that is switched off answers it.
  if (errno === -95 || code === "ENOTSUP" || code === "EOPNOTSUPP") return "disabled in this kernel";
  if (code === "EACCES" || code === "EPERM") return `no permission (${code})`;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENODEV" || code === "ENXIO") return "not supported by this kernel";
  return code ?? message;
}

export class KernelFiles {
  private readonly guards: Guard[];
  private ticks = 0;
  private untold: readonly NotMeasured[] = [];

  constructor(private readonly files: readonly GuardedFile[]) {
    this.guards = files.map(() => ({ isMissing: false, isEmpty: false, againAt: 0, kept: [] }));
  }

  /** Readings of all files that can be read. `at` is the tick's time. */
  read(at: number): Reading[] {
    const readings: Reading[] = [];
    for (let index = 0; index < this.files.length; index++) {
      const one = this.files[index] as GuardedFile;
      const guard = this.guards[index] as Guard;
      if (isWaiting(guard, at) && !(guard.isMissing && existsSync(one.file.path))) continue;
      const isDue = one.everyTicks === undefined || guard.againAt !== 0 || this.ticks % one.everyTicks === 0;
      const got = isDue ? this.attempt(one, guard, at) : guard.kept;
      for (const reading of got) readings.push(reading);
    }
    this.ticks++;
    return readings;
  }

  /** What cannot be read, and why. The same array until it changes. */
  get absences(): readonly NotMeasured[] {
    return this.untold;
  }

  private attempt(one: GuardedFile, guard: Guard, at: number): readonly Reading[] {
    try {
      const bytes = readKernelFile(one.file);
      const isEmpty = one.usual !== undefined && bytes.length === 0;
      const got = isEmpty ? [] : one.parse(bytes, at);
      if (guard.againAt !== 0 || guard.isEmpty !== isEmpty) this.tell(one, isEmpty ? "empty" : null);
      guard.againAt = 0;
      guard.isEmpty = isEmpty;
      if (one.everyTicks !== undefined) guard.kept = got;
      return got;
    } catch (error) {
      guard.againAt = at + AGAIN_MS;
      guard.isEmpty = false;
      guard.isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      guard.kept = [];
      const isUnused = one.usual === undefined && isMissing(error) && reasonOf(error) === "not supported by this kernel";
      this.tell(one, isUnused ? null : reasonOf(error));
      return guard.kept;
    }
  }

  private tell({ file }: GuardedFile, reason: string | null): void {
    const before = this.untold.find(({ what }) => what === file.path);
    if ((before?.reason ?? null) === reason) return;
    const others = this.untold.filter(({ what }) => what !== file.path);
    this.untold = reason === null ? others : [...others, { what: file.path, reason }];
  }
}

/** A collector that is its files, in the order of its readings. */
export function guarded(name: string, list: readonly GuardedFile[]): Collector {
  const files = new KernelFiles(list);
  return {
    name,
    collect: ({ at }) => files.read(at),
    get absences() {
      return files.absences;
    },
  };
}
