import { sparklinePath } from "./prepare";

const WIDTH = 160;
const HEIGHT = 28;

/** The last minutes without axes; the card beside it shows the number. With `max` 0 the largest value is the top. */
export function Sparkline({ values, color, max }: { values: readonly (number | null)[]; color: string; max?: number }) {
  const top = max ?? Math.max(0, ...values.map((value) => value ?? 0)) * 1.1;
  const path = sparklinePath(values, { width: WIDTH, height: HEIGHT, max: top });
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-7 w-full overflow-visible" aria-hidden="true">
      <path d={path} fill="none" stroke={`var(${color})`} strokeWidth="1.25" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
