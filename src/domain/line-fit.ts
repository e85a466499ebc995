/**
 * Ordinary least squares through readings that follow each other in time. Ours, since the first page of the browser uses it: a library
 * would cost that page a file of its own. Pure.
 */

export interface LineFit {
  slope: number;
  intercept: number;
  /** Distances of the values from the line, in the order of the readings. */
  residuals: number[];
  /** Coefficient of determination, R²: the share of the variance that the line explains. NaN when all values are the same. */
  determination: number;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);

/** Needs at least two different `x`. Works with distances from the means: sums of epoch times would lose digits. */
export function fitLine(readings: readonly { x: number; y: number }[]): LineFit {
  // Relative to the first reading, so that readings that stay the same have exactly no slope.
  const { x: x0, y: y0 } = readings[0] ?? { x: 0, y: 0 };
  const meanX = sumOf(readings.map(({ x }) => x - x0)) / readings.length;
  const meanY = sumOf(readings.map(({ y }) => y - y0)) / readings.length;
  const dx = readings.map(({ x }) => x - x0 - meanX);
  const dy = readings.map(({ y }) => y - y0 - meanY);
  const slope = sumOf(dx.map((d, index) => d * (dy[index] as number))) / sumOfSquares(dx);
  const residuals = dy.map((d, index) => d - slope * (dx[index] as number));
  return {
    slope,
    intercept: y0 + meanY - slope * (x0 + meanX),
    residuals,
    determination: 1 - sumOfSquares(residuals) / sumOfSquares(dy),
  };
}

/** Share of each residual that the one before explains: the autocorrelation at lag 1. 0 when the line fits exactly. */
export function autocorrelation(residuals: readonly number[]): number {
  const squares = sumOfSquares(residuals);
  const products = sumOf(residuals.map((residual, index) => residual * (residuals[index - 1] ?? 0)));
  return squares > 0 ? products / squares : 0;
}
