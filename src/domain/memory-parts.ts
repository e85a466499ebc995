/** Memory as stacked parts that add up: the page cache has shared memory in it, which is used as well. */

type Column = readonly (number | null)[];

/**
 * What the kernel gives back when it is needed: all that is neither used nor free. Columns of `system.memory.usage` and
 * `system.memory.utilization`, in bytes and 0..1. Null where one of them has no value.
 */
export function reclaimableMemory({
  used,
  free,
  utilization,
}: {
  used: Column;
  free: Column;
  utilization: Column;
}): (number | null)[] {
  return used.map((value, index) => {
    const [notUsed, share] = [free[index] ?? null, utilization[index] ?? null];
    if (value === null || notUsed === null || share === null || share <= 0) return null;
    return Math.max(0, value / share - value - notUsed);
  });
}
