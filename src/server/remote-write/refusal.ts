/**
 * Finds the part of a request that an engine refuses: halves it, by time and then by series, until what is refused stands alone. Pure:
 * whoever sends a part says how it went.
 */
import type { EncodedSeries } from "./encode";

export type Part = readonly EncodedSeries[];

/** What became of a part: accepted, or refused with what the engine said. */
export type Fate = { accepted: true } | { accepted: false; answer: string };

export interface Dropped {
  part: Part;
  samples: number;
  answer: string;
}

/** The time of a sample is at fault, and so all series of that time are. */
const ABOUT_TIME = /out of (order|bounds)|too (old|far)|duplicate sample|in the future/i;

export const samplesIn = (part: Part) => part.reduce((sum, { samples }) => sum + samples.length, 0);

/** Parts to send, in the order of their times. Returns what was refused; `refused` is the whole, which was refused with `answer`. */
export function* halves(refused: Part, answer: string): Generator<Part, Dropped[], Fate> {
  const [first, second] = split(refused, answer);
  if (!first || !second) return [{ part: refused, samples: samplesIn(refused), answer }];
  const dropped: Dropped[] = [];
  for (const part of [first, second]) {
    const fate = yield part;
    if (!fate.accepted) dropped.push(...(yield* halves(part, fate.answer)));
  }
  return dropped;
}

/** Two halves; none of what cannot be halved. */
function split(part: Part, answer: string): [] | [Part, Part] {
  const times = [...new Set(part.flatMap(({ samples }) => samples.map(({ at }) => at)))].sort((a, b) => a - b);
  if (times.length > 1) {
    const middle = times[Math.floor(times.length / 2)] as number;
    return [within(part, (at) => at < middle), within(part, (at) => at >= middle)];
  }
  if (part.length < 2 || ABOUT_TIME.test(answer)) return [];
  const middle = Math.floor(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
}

function within(part: Part, isIn: (at: number) => boolean): Part {
  return part
    .map(({ head, samples }) => ({ head, samples: samples.filter(({ at }) => isIn(at)) }))
    .filter(({ samples }) => samples.length > 0);
}
