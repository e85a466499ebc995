/** The scale of the slider into the past: fine near now, coarse far away. Pure. */

export const STEPS = 1000;

/** Seconds before now for a slider position. */
export function secondsBack(place: number, most: number): number {
  return Math.round(most * (place / STEPS) ** 3);
}

export function sliderPosition(seconds: number, most: number): number {
  return most <= 0 ? 0 : Math.round(STEPS * Math.cbrt(Math.min(1, seconds / most)));
}
