/** Asks an engine by Prometheus' HTTP API. Whatever it answers, there is a result or an error that says what is wrong. */
import PQueue from "p-queue";
import { z } from "zod";
import { AppError } from "~/domain/errors";
import type { Labels } from "~/domain/sample";
import type { Engine } from "../engine/connection";
import { readBody } from "../response-body";

/** After that, pages say that the engine is slow. */
const TIMEOUT_MS = 2000;
/** A thousand machines with thirty samples each are a megabyte. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What is read at once takes several times as much memory as it has bytes. */
const AT_ONCE = 4;
const SHOWN_ANSWER = 300;

/** One series of an answer. Times are epoch milliseconds. */
export interface PromSeries {
  labels: Labels;
  points: { at: number; value: number }[];
}

export interface PromClient {
  /** Values at a moment. */
  instant(query: string, at: number, signal?: AbortSignal): Promise<PromSeries[]>;
  /** Values at each step of [from, to]. */
  range(query: string, span: { from: number; to: number; stepMs: number }, signal?: AbortSignal): Promise<PromSeries[]>;
  /** The samples themselves in (at - windowMs, at], of the series that `selector` selects. */
  samples(selector: string, at: number, windowMs: number, signal?: AbortSignal): Promise<PromSeries[]>;
}

const point = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());

const answerSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.discriminatedUnion("resultType", [
      z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric, value: point })) }),
      z.object({ resultType: z.literal("matrix"), result: z.array(z.object({ metric, values: z.array(point) })) }),
    ]),
  }),
  z.object({ status: z.literal("error"), errorType: z.string().default("error"), error: z.string().default("") }),
]);

const pointOf = ([seconds, text]: z.output<typeof point>) => ({ at: Math.round(seconds * 1000), value: Number(text) });

/** The series of an answer. Throws an Error that says what is wrong with it. */
export function parseAnswer(text: string): PromSeries[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("the answer is no JSON: is fleet.query_url the address of a Prometheus API?");
  }
  const { success, data: answer } = answerSchema.safeParse(json);
  if (!success) throw new Error("the answer is not that of a Prometheus API");
  if (answer.status === "error") throw new Error(`${answer.errorType}: ${answer.error}`.slice(0, SHOWN_ANSWER));
  const { data } = answer;
  if (data.resultType === "vector") return data.result.map((one) => ({ labels: one.metric, points: [pointOf(one.value)] }));
  return data.result.map((one) => ({ labels: one.metric, points: one.values.map(pointOf) }));
}

const seconds = (ms: number) => String(ms / 1000);

export function promClient(engine: Engine, onResult: (error: string | null) => void): PromClient {
  const queue = new PQueue({ concurrency: AT_ONCE });
  const ask = (path: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<PromSeries[]> =>
    queue.add(() => askNow(path, parameters, signal));
  const askNow = async (path: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<PromSeries[]> => {
    try {
      const response = await engine.send({
        method: "POST",
        path,
        // VictoriaMetrics hides the newest half minute unless it is told not to.
        body: new URLSearchParams({ ...parameters, nocache: "1" }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const { text, isWhole } = await readBody(response, MOST_BYTES);
      const found = seriesOf(response.status, text, isWhole);
      onResult(null);
      return found;
    } catch (error) {
      signal?.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      const said = why === "terminated" || /abort|timeout/i.test(why) ? `no answer within ${TIMEOUT_MS / 1000} s` : why;
      onResult(said);
      throw new AppError("unavailable", `Cannot query the fleet engine: ${said}. Check \`fleet.query_url\` and the engine.`);
    }
  };
  return {
    instant: (query, at, signal) => ask("/api/v1/query", { query, time: seconds(at) }, signal),
    range: (query, { from, to, stepMs }, signal) =>
      ask("/api/v1/query_range", { query, start: seconds(from), end: seconds(to), step: seconds(stepMs) }, signal),
    samples: (selector, at, windowMs, signal) =>
      ask("/api/v1/query", { query: `${selector}[${Math.ceil(windowMs / 1000)}s]`, time: seconds(at) }, signal),
  };
}

/** Throws an Error that says what is wrong. */
function seriesOf(status: number, text: string, isWhole: boolean): PromSeries[] {
  if (!isWhole) throw new Error(`the answer has more than ${MOST_BYTES / 1024 / 1024} MiB: too many series`);
  if (status === 401 || status === 403) throw new Error(`it refuses the credentials (${status})`);
  if (status >= 300 && status < 400) throw new Error(`it redirects (${status}): fleet.query_url has to be the final address`);
  if (status === 404) throw new Error("there is no Prometheus API at fleet.query_url (404)");
  if (status < 200 || status >= 300) throw new Error(errorText(status, text));
  return parseAnswer(text);
}

function errorText(status: number, text: string): string {
  try {
    return `${status} ${parseAnswer(text).length === 0 ? "" : "with an answer"}`.trim();
  } catch (error) {
    const said =
      error instanceof Error && text.trim().startsWith("{") ? error.message : text.replace(/\s+/g, " ").slice(0, SHOWN_ANSWER);
    return `${status} ${said}`.trim();
  }
}

/** A value of a label in a selector. */
export const quoted = (text: string) => JSON.stringify(text);

/** Text as part of a regular expression in a selector. */
export const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
