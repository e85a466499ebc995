import { readdirSync } from "node:fs";

function isPid(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 49 && first <= 57;
}

/** The numbers under /proc. Which they are hardly changes from one second to the next: then nothing is made anew. */
export class PidListing {
  private names: readonly string[] = [];
  pids: readonly number[] = [];

  constructor(private readonly proc: string) {}

  /** True when the list is another one than before. Throws what the kernel says. */
  read(): boolean {
    const names = readdirSync(this.proc);
    if (this.isKnown(names)) return false;
    this.names = names;
    this.pids = names.filter(isPid).map(Number);
    return true;
  }

  private isKnown(names: readonly string[]): boolean {
    if (names.length !== this.names.length) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== this.names[i]) return false;
    return true;
  }
}
