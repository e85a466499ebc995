/** The room for a value in a legend, in em: most values of a unit fit, so that what follows stays where it is. Pure. */
export function valueRoom(unit: string): number {
  if (unit === "1") return 2.6;
  // A bare number.
  return /^\{\w+\}$/.test(unit) ? 3 : 5;
}
