/** The pids that are their own ancestors, from each pid's parent: only damaged tables have such cycles. Pure. */
export function pidsInCycles(parents: ReadonlyMap<number, number>): Set<number> {
  const found = new Set<number>();
  /** By pid, from where the walk began that came by first. */
  const walked = new Map<number, number>();
  for (const start of parents.keys()) {
    let pid: number | undefined = start;
    while (pid !== undefined && parents.has(pid) && !walked.has(pid)) {
      walked.set(pid, start);
      pid = parents.get(pid);
    }
    if (pid === undefined || walked.get(pid) !== start) continue;
    // The walk met itself.
    for (; pid !== undefined && !found.has(pid); pid = parents.get(pid)) found.add(pid);
  }
  return found;
}
