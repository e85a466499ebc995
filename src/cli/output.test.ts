import { expect, test } from "vitest";
import { createNodeClient } from "~/trpc/node";
import { startResponder } from "../../tests/helpers/responder";
import { clientError } from "./output";

async function failureAt(status: number, body: unknown, type?: string) {
  await using server = await startResponder(status, body, type);
  const error = await createNodeClient(server)
    .health.get.query()
    .catch((thrown: unknown) => thrown);
  const { exitCode, message } = clientError(error, server.url);
  return [exitCode, message.replace(server.url, "URL")];
}

test.each([
  ["a missing or wrong token", 401, 4],
  ["another site", 403, 4],
  ["an unknown host name", 421, 1],
  ["too many requests", 429, 1],
  ["a server that is starting", 503, 3],
])("%s is reported in the server's words", async (_what, status, exitCode) => {
  expect(await failureAt(status, { title: "Refused", status, detail: "This is why." })).toEqual([exitCode, "This is why."]);
});

test("a failed procedure is reported in its words", async () => {
  const error = { message: "limit: too large", code: -32_600, data: { httpStatus: 400, code: "BAD_REQUEST" } };
  expect(await failureAt(400, { error }, "application/json")).toEqual([2, "limit: too large"]);
});

test.each([
  ["a page of another program", 404, "<html>", "text/html"],
  ["JSON of another program", 404, { error: "no" }, "application/json"],
])("%s is not Hostscope", async (_what, status, body, type) => {
  expect(await failureAt(status, body, type)).toEqual([3, expect.stringMatching(/^Cannot reach Hostscope at URL\./)]);
});
