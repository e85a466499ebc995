/** Medians and quantiles. Ours, since pages use them: a library would cost a page a file of its own. Pure. */

/** NaN without values. */
export function quantileOf(values: readonly number[] | Float64Array, share: number): number {
  if (values.length === 0) return Number.NaN;
  const place = (values.length - 1) * share;
  const below = Math.floor(place);
  const scratch = Float64Array.from(values);
  const low = selected(scratch, below);
  if (below === place) return low;
  let high = Number.POSITIVE_INFINITY;
  for (let index = below + 1; index < scratch.length; index++) high = Math.min(high, scratch[index] as number);
  return low + (high - low) * (place - below);
}

export const medianOf = (values: readonly number[] | Float64Array): number => quantileOf(values, 0.5);

/** The value that sorting would put at `place`, with none lower behind it (Hoare's selection). Changes the order. */
function selected(values: Float64Array, place: number): number {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = values[(left + right) >> 1] as number;
    let [low, high] = [left, right];
    while (low <= high) {
      while ((values[low] as number) < pivot) low++;
      while ((values[high] as number) > pivot) high--;
      if (low > high) break;
      const swapped = values[low] as number;
      values[low++] = values[high] as number;
      values[high--] = swapped;
    }
    if (place <= high) right = high;
    else if (place >= low) left = low;
    else break;
  }
  return values[place] as number;
}

/** Pairs whose slopes are taken; of more points, only pairs that lie further apart. */
const MOST_PAIRS = 600;

/** Theil and Sen: the median of the slopes of all pairs. 0 for fewer than two points. */
export function medianSlope(points: readonly { x: number; y: number }[]): number {
  const count = points.length;
  if (count < 2) return 0;
  // (count - apart)² / 2 pairs lie at least `apart` from each other.
  const apart = Math.max(1, Math.ceil(count - Math.sqrt(2 * MOST_PAIRS)));
  const slopes = new Float64Array(((count - apart) * (count - apart + 1)) / 2);
  let filled = 0;
  for (let later = apart; later < count; later++) {
    const b = points[later] as { x: number; y: number };
    for (let earlier = 0; earlier <= later - apart; earlier++) {
      const a = points[earlier] as { x: number; y: number };
      slopes[filled++] = (b.y - a.y) / (b.x - a.x);
    }
  }
  return medianOf(slopes);
}
