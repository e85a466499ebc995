import { isDamage } from "./file/integrity";

/** Runs work that is tried again at each tick, one part whether or not another fails. The same error of a part is reported once. */
export class RepeatedWork {
  private readonly failing = new Map<string, unknown>();

  constructor(private readonly onError: (error: unknown, what: string) => void) {}

  /** What the work answers; false when it failed. */
  run(what: string, work: () => boolean): boolean {
    try {
      const answer = work();
      // Damage stays, though not every step meets it.
      if (!isDamage(this.failing.get(what))) this.failing.delete(what);
      return answer;
    } catch (error) {
      if (!this.failing.has(what) || textOf(error) !== textOf(this.failing.get(what))) this.onError(error, what);
      this.failing.set(what, error);
      return false;
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
