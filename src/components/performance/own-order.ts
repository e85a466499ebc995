/** The order that somebody gave the charts of a section. Pure. */
import { type Family, placeIn, SECTIONS } from "./families";

/** Charts that were moved stand in their section as `order` has them; the others follow. */
export function inOwnOrder(families: readonly Family[], order: readonly string[]): Family[] {
  const place = placeIn(order);
  return families.toSorted((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) || place(a) - place(b));
}

/** The order after a chart has changed places with its neighbour among those of its section that are shown. */
export function orderAfterMove(
  { id, by }: { id: string; by: -1 | 1 },
  shown: readonly string[],
  order: readonly string[],
): readonly string[] {
  const from = shown.indexOf(id);
  const neighbour = shown[from + by];
  if (from < 0 || neighbour === undefined) return order;
  const moved = shown.with(from, neighbour).with(from + by, id);
  return [...order.filter((one) => !shown.includes(one)), ...moved];
}
