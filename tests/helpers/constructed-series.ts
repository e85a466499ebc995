/** Series of known shape for tests of forecasts: seeded, so that every run has the same. */
import { seeded } from "../../scripts/recording";

export const STEP_MS = 60_000;
const SERIES_START = 1_750_000_000_000 - (1_750_000_000_000 % 86_400_000);
/** Known steps, such as an hour's of a rule and a month's of a report; as many more come after them. */
const LENGTHS = [60, 96, 120] as const;

export interface ConstructedSeries {
  kind: Kind;
  seed: number;
  /** How many of the steps are known. */
  known: number;
  timestamps: number[];
  /** With gaps. */
  values: (number | null)[];
}

type Noise = (random: () => number) => () => number;

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Each with a standard deviation of about one. */
const NOISES = {
  gaussian: (random) => () => normal(random),
  /** Student's t of three degrees of freedom. */
  heavy: (random) => () => {
    const chi = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
    return normal(random) / Math.sqrt(chi / 3) / Math.sqrt(3);
  },
  autocorrelated: (random) => {
    let error = normal(random);
    return () => {
      error = 0.6 * error + 0.8 * normal(random);
      return error;
    };
  },
} satisfies Record<string, Noise>;

/** The value without noise at a time, of which the known part is 1. */
type Shape = (random: () => number) => (time: number) => number;

const between = (random: () => number, low: number, high: number) => low + (high - low) * random();

const ramp: Shape = (random) => {
  const [begin, change] = [between(random, 0.1, 0.4), between(random, 0.1, 0.4) * (random() < 0.8 ? 1 : -0.5)];
  return (time) => begin + change * time;
};

const SHAPES = {
  "ramp, gaussian": ramp,
  "ramp, heavy": ramp,
  "ramp, autocorrelated": ramp,
  "ramp, change of slope": (random) => {
    const at = between(random, 0.2, 0.6);
    const [first, second] = [between(random, 0.02, 0.1), between(random, 0.3, 0.6)];
    const [before, after] = random() < 0.5 ? [first, second] : [0, second];
    return (time) => 0.2 + before * Math.min(time, at) + after * Math.max(0, time - at);
  },
  flat: (random) => {
    const level = between(random, 0.05, 0.9);
    return () => level;
  },
  step: (random) => {
    const [at, height] = [between(random, 0.1, 0.9), between(random, 0.1, 0.4) * (random() < 0.5 ? 1 : -1)];
    return (time) => 0.45 + (time >= at ? height : 0);
  },
  "saw-tooth": (random) => {
    const [period, height, phase] = [between(random, 0.1, 0.45), between(random, 0.1, 0.5), random()];
    return (time) => 0.2 + height * (((time + phase) % period) / period);
  },
  "daily cycle": (random) => {
    const [period, height, phase] = [between(random, 0.15, 0.5), between(random, 0.1, 0.3), 2 * Math.PI * random()];
    return (time) => 0.5 + height * Math.sin((2 * Math.PI * time) / period + phase);
  },
  "ended ramp": (random) => {
    const [at, change] = [between(random, 0.45, 0.85), between(random, 0.2, 0.6)];
    return (time) => 0.1 + change * Math.min(time, at);
  },
} satisfies Record<string, Shape>;

export type Kind = keyof typeof SHAPES;
export const KINDS = Object.keys(SHAPES) as Kind[];
export const isRamp = (kind: Kind) => kind.startsWith("ramp");

const NOISE_OF = (kind: Kind, random: () => number): Noise => {
  const named = kind.split(", ")[1];
  if (named !== undefined && named in NOISES) return NOISES[named as keyof typeof NOISES];
  return Object.values(NOISES)[Math.floor(random() * 3)] as Noise;
};

export function constructed(kind: Kind, seed: number): ConstructedSeries {
  const random = seeded(seed);
  const shape = SHAPES[kind](random);
  const noise = NOISE_OF(kind, random)(random);
  const known = LENGTHS[Math.floor(random() * LENGTHS.length)] as number;
  const size = between(random, 0.001, 0.015);
  const hasGaps = random() < 0.3;
  const gap = { from: known * between(random, 0.05, 0.8), steps: known * between(random, 0.02, 0.1) };
  const steps = Array.from({ length: 2 * known }, (_, step) => step);
  const isGap = (step: number) => hasGaps && ((step >= gap.from && step < gap.from + gap.steps) || step % 17 === 3);
  return {
    kind,
    seed,
    known,
    timestamps: steps.map((step) => SERIES_START + step * STEP_MS),
    values: steps.map((step) => {
      const value = shape(step / known) + size * noise();
      return isGap(step) ? null : value;
    }),
  };
}
