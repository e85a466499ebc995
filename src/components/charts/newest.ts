/** What a legend shows instead of the last point of a live chart whose points are means; null where it has to be that point. */
export type Newest = (label: string) => number | null;

/** The newest value of a series: what the live stream says, else its last point. Pure. */
export function newestOf(label: string, raw: readonly (number | null)[], newest: Newest | undefined): number | null | undefined {
  return newest?.(label) ?? raw.findLast((value) => value !== null);
}
