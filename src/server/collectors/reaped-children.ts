/**
 * CPU ticks, page faults or bytes of I/O of children that exited. The kernel adds all of them to the parent once it has waited for the child,
 * but the child's own row has already shown a part.
 */
class ReapedChildUsage {
  /** What the rows of exited children have already shown, by parent. */
  private readonly shown = new Map<number, number>();

  ended(parentPid: number, amount: number): void {
    this.shown.set(parentPid, (this.shown.get(parentPid) ?? 0) + amount);
  }

  /** The part of the growth of the parent's child counter that no row has shown. */
  unreported(pid: number, growth: number): number {
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

/** In clock ticks, faults and bytes. */
export function reapedChildren() {
  return {
    cpu: new ReapedChildUsage(),
    faults: new ReapedChildUsage(),
    read: new ReapedChildUsage(),
    written: new ReapedChildUsage(),
  };
}
