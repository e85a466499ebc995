/**
 * Answers that take much memory while they are made: histories, and batches of calls. Two are made at once, the others wait; what is
 * made is kept as bytes outside of the JavaScript heap until it is sent.
 */
import { MOST_CALLS } from "~/domain/access";
import { AppError } from "~/domain/errors";
import type { Runtime } from "../runtime";
import { problemOf, problemResponse } from "./problem";
import { FEW_CALLS, requestCostOf, withoutBase } from "./routes";

const MOST_WAITING = 100;

/** Makes the answer in its turn if it may be a large one. */
export async function inTurn(
  request: Request,
  { histories: queue, basePath }: Pick<Runtime, "histories" | "basePath">,
  make: () => Promise<Response>,
): Promise<Response> {
  const { kind, points } = requestCostOf(request.method, withoutBase(new URL(request.url).pathname, basePath));
  if (points > MOST_CALLS) {
    const error = new AppError("too_large", `One request can contain at most ${MOST_CALLS} calls, not ${points}.`);
    return problemResponse(problemOf(error), request);
  }
  if (kind !== "history" && points <= FEW_CALLS) return make();
  if (queue.size >= MOST_WAITING) {
    const error = new AppError("unavailable", `${queue.size} history requests are already waiting. Try again in a few seconds.`);
    return problemResponse(problemOf(error), request, { "retry-after": "5" });
  }
  return queue.add(async () => {
    // Nobody waits for it any more.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    const { status, headers, ...response } = await asBytes(await make());
    return new Response(response.bytes, { status, headers });
  });
}

async function asBytes(response: Response): Promise<{ status: number; headers: Headers; bytes: ArrayBuffer | null }> {
  const { status, headers, body } = response;
  return { status, headers, bytes: body === null ? null : await response.arrayBuffer() };
}
