import { seeded } from "../recording";

const DAY_SECONDS = 86_400;

/** In [-1, 1], without jumps: another value every `period` seconds, and lines between them. The same for the same second and salt. */
export function noise(second: number, period: number, salt: number): number {
  const slot = Math.floor(second / period);
  const value = (index: number) => 2 * seeded(salt * 1_000_003 + index)() - 1;
  const part = second / period - slot;
  return value(slot) * (1 - part) + value(slot + 1) * part;
}

/** Requests that the shop gets, per second: a wave over the day. */
export function requestRate(second: number): number {
  const wave = Math.sin((2 * Math.PI * (second - 30_000)) / DAY_SECONDS);
  return Math.max(5, 44 + 25 * wave + 7 * noise(second, 1800, 1) + 5 * noise(second, 120, 2) + 4 * noise(second, 10, 3));
}
