import { expect, test } from "vitest";
import { readBody } from "./response-body";

const response = (pieces: number, taken: () => void) => {
  let left = pieces;
  return new Response(
    new ReadableStream({
      pull(controller) {
        taken();
        if (left-- > 0) controller.enqueue(new Uint8Array(1000).fill(97));
        else controller.close();
      },
    }),
  );
};

test("no more is taken of a body than asked for", async () => {
  let taken = 0;
  const { text, isWhole } = await readBody(
    response(Number.POSITIVE_INFINITY, () => taken++),
    10_000,
  );
  expect([text.length, isWhole]).toEqual([10_000, false]);
  expect(taken).toBeLessThan(14);
});

test.each([
  [0, 0, true],
  [10, 10_000, true],
  [11, 10_000, false],
])("a body of %i pieces gives %i bytes, whole: %s", async (pieces, length, isWhole) => {
  const body = await readBody(
    response(pieces, () => {}),
    10_000,
  );
  expect([body.text.length, body.isWhole]).toEqual([length, isWhole]);
});

test("a response without a body is whole and empty", async () => {
  expect(await readBody(new Response(null), 10)).toEqual({ text: "", isWhole: true });
});
