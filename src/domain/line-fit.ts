/** Ordinary least squares through readings that follow each other in time. Pure. */
import { linearRegression } from "simple-statistics";

export interface LineFit {
  slope: number;
  intercept: number;
  /** Distances of the values from the line, in the order of the readings. */
  residuals: number[];
}

/** Needs at least two different `x`. Fits the distances from the first reading: the sums of epoch times would lose digits. */
export function fitLine(readings: readonly { x: number; y: number }[]): LineFit {
  const { x: x0, y: y0 } = readings[0] ?? { x: 0, y: 0 };
  const { m: slope, b } = linearRegression(readings.map(({ x, y }) => [x - x0, y - y0]));
  const residuals = readings.map(({ x, y }) => y - y0 - b - slope * (x - x0));
  return { slope, intercept: y0 + b - slope * x0, residuals };
}

/** Share of each residual that the one before explains: the autocorrelation at lag 1. 0 when the line fits exactly. */
export function autocorrelation(residuals: readonly number[]): number {
  let products = 0;
  let squares = 0;
  residuals.forEach((residual, index) => {
    squares += residual * residual;
    products += index > 0 ? residual * (residuals[index - 1] as number) : 0;
  });
  return squares > 0 ? products / squares : 0;
}
