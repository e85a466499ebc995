import fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "../../../tests/helpers/properties";
import { halves, type Part, samplesIn } from "./refusal";

const seriesOf = (names: readonly string[], times: readonly number[]): Part =>
  names.map((name) => ({ head: Buffer.from(name), samples: times.map((at) => ({ at, value: 1 })) }));

/** Sends parts to an engine that refuses some samples, as engines do: a request with one of them as a whole. */
function run(whole: Part, refuses: (name: string, at: number) => boolean, answer = "400 bad label") {
  const isBad = (part: Part) =>
    part.some(({ head, samples }) => samples.some(({ at }) => refuses(Buffer.from(head).toString(), at)));
  const accepted: Part[] = [];
  let requests = 0;
  const search = halves(whole, answer);
  let step = search.next();
  while (!step.done) {
    requests++;
    const bad = isBad(step.value);
    if (!bad) accepted.push(step.value);
    step = search.next(bad ? { accepted: false, answer } : { accepted: true });
  }
  return { accepted, dropped: step.value, requests };
}

test("only the refused series is dropped, of every time", () => {
  const whole = seriesOf(["a", "b", "c", "bad", "d"], [1, 2, 3, 4]);
  const { accepted, dropped } = run(whole, (name) => name === "bad");
  expect(accepted.reduce((sum, part) => sum + samplesIn(part), 0)).toBe(16);
  expect(dropped.flatMap(({ part }) => part.map(({ head }) => Buffer.from(head).toString()))).toEqual([
    "bad",
    "bad",
    "bad",
    "bad",
  ]);
});

test("what is too old is dropped with all series of its time, and the rest arrives in order", () => {
  const whole = seriesOf(
    Array.from({ length: 100 }, (_, index) => `s${index}`),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  const { accepted, dropped, requests } = run(whole, (_name, at) => at <= 3, "400 out of bounds");
  expect(dropped.reduce((sum, { samples }) => sum + samples, 0)).toBe(300);
  expect(accepted.map((part) => Math.min(...part.flatMap(({ samples }) => samples.map(({ at }) => at))))).toEqual([4, 5]);
  expect(requests).toBeLessThan(12);
});

test("a single sample that is refused is dropped", () => {
  const whole = seriesOf(["a"], [1]);
  expect(run(whole, () => true)).toMatchObject({ requests: 0, dropped: [{ samples: 1 }] });
});

test("whatever is refused: all else is accepted once, and nothing is lost", () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 6 }));
  forAll(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(pair, { maxLength: 6 }),
      (series, times, bad) => {
        const whole = seriesOf(
          Array.from({ length: series }, (_, index) => `s${index}`),
          Array.from({ length: times }, (_, index) => index + 1),
        );
        const refuses = (name: string, at: number) => bad.some(([one, time]) => name === `s${one}` && at === time);
        fc.pre(whole.some(({ head, samples }) => samples.some(({ at }) => refuses(Buffer.from(head).toString(), at))));
        const { accepted, dropped } = run(whole, refuses);
        const pairs = (parts: readonly Part[]) =>
          parts
            .flatMap((part) => part.flatMap(({ head, samples }) => samples.map(({ at }) => `${Buffer.from(head)} ${at}`)))
            .sort();
        const isRefused = (text: string) => {
          const [name = "", at = ""] = text.split(" ");
          return refuses(name, Number(at));
        };
        const all = pairs([whole]);
        expect(pairs(accepted)).toEqual(all.filter((one) => !isRefused(one)));
        expect(pairs(dropped.map(({ part }) => part))).toEqual(all.filter(isRefused));
      },
    ),
  );
});
