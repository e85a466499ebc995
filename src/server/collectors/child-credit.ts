/**
 * CPU ticks, or page faults, of children that ended: the kernel counts all of it for the parent once they were waited for, their
 * own rows showed part of it before.
 */
export class ChildCredit {
  /** Of ended children that their own rows showed already, by parent. */
  private readonly shown = new Map<number, number>();

  ended(parentPid: number, amount: number): void {
    this.shown.set(parentPid, (this.shown.get(parentPid) ?? 0) + amount);
  }

  /** Of what the parent's count of ended children grew by, the part that no row has shown. */
  uncredited(pid: number, growth: number): number {
    const shown = this.shown.get(pid) ?? 0;
    if (shown === 0 || growth <= 0) return Math.max(0, growth);
    const used = Math.min(shown, growth);
    if (used === shown) this.shown.delete(pid);
    else this.shown.set(pid, shown - used);
    return growth - used;
  }

  forgetParents(isKnown: (pid: number) => boolean): void {
    for (const pid of this.shown.keys()) if (!isKnown(pid)) this.shown.delete(pid);
  }
}
