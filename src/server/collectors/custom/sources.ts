/** Custom metrics from HTTP, from text files, and from plugin functions. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isAppError } from "~/domain/errors";
import { globMatches } from "~/domain/match";
import { readRegularFile } from "../../regular-file";
import { readBody } from "../../response-body";
import {
  CustomError,
  type CustomReading,
  type CustomSource,
  jsonNumber,
  MOST_READINGS,
  numberOf,
  parsePrometheus,
} from "./custom";

const MAX_BYTES = 1024 * 1024;

export interface HttpOptions {
  url: string;
  /** Where in a JSON response the number is. */
  pointer: string;
  /** Which metrics of a response in Prometheus' text format are read; all when there is none. `*` matches anything. */
  metrics: readonly string[];
}

const ACCEPT = "application/json, text/plain;version=0.0.4;q=0.9";

/** A number in a JSON response, or the metrics of one in Prometheus' text format, by their own names. Does not follow redirects. */
export function httpSource({ url, pointer, metrics }: HttpOptions): CustomSource {
  return async (signal) => {
    let response: Response;
    try {
      response = await fetch(url, { signal, redirect: "manual", headers: { accept: ACCEPT } });
    } catch (error) {
      if (signal.aborted) throw new CustomError("timed out");
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new CustomError((cause as NodeJS.ErrnoException).code ?? "no connection");
    }
    if (!response.ok) throw new CustomError(`responded with ${response.status}`);
    const { text, isWhole } = await readBody(response, MAX_BYTES);
    if (!isWhole) throw new CustomError(`the response is larger than ${MAX_BYTES / 1024} KiB`);
    if (pointer !== "" || isJson(text)) return [{ value: jsonNumber(text, pointer) }];
    return prometheusMetrics(text, metrics);
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function prometheusMetrics(text: string, wanted: readonly string[]): CustomReading[] {
  const isWanted = ({ metric = "" }: CustomReading) => wanted.length === 0 || wanted.some((one) => globMatches(one, metric));
  try {
    const readings = parsePrometheus(text, isWanted);
    if (readings.length > 0) return readings;
  } catch (error) {
    if (error instanceof CustomError && !/^line/.test(error.message)) throw error;
    throw new CustomError("the response is neither JSON nor Prometheus text");
  }
  throw new CustomError(wanted.length > 0 ? `the response has no metric ${wanted.join(" or ")}` : "the response has no metrics");
}

const MOST_FILES = 100;

/** Every `*.prom` file of a folder, or one file. */
export function textfileSource(path: string): CustomSource {
  return async () => {
    try {
      const files = statSync(path).isDirectory()
        ? readdirSync(path)
            .filter((name) => name.endsWith(".prom"))
            .map((name) => join(path, name))
        : [path];
      if (files.length > MOST_FILES) throw new CustomError(`more than ${MOST_FILES} files`);
      const readings: CustomReading[] = [];
      for (const file of files) {
        for (const reading of parsePrometheus(readRegularFile(file, MAX_BYTES))) readings.push(reading);
        if (readings.length > MOST_READINGS) throw new CustomError(`more than ${MOST_READINGS} readings at once`);
      }
      return readings;
    } catch (error) {
      if (error instanceof CustomError) throw error;
      if (isAppError(error)) throw new CustomError(error.message);
      throw new CustomError((error as NodeJS.ErrnoException).code ?? String(error));
    }
  };
}

export type CustomFunction = () => unknown | Promise<unknown>;

/** Calls the function that a plugin registered under `name`; an error until one does. */
export function functionSource(name: string, functions: ReadonlyMap<string, CustomFunction>): CustomSource {
  return async (signal) => {
    const run = functions.get(name);
    if (!run) throw new CustomError(`no plugin registers the function ${name}; add it in plugins/`);
    const timeout = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new CustomError("timed out")), { once: true });
    });
    const result = await Promise.race([Promise.resolve(run()), timeout]);
    return [readingOf(result)];
  };
}

/** A number, or `{ value, tags }`. */
function readingOf(result: unknown): CustomReading {
  if (result !== null && typeof result === "object" && "value" in result) {
    const { value, tags } = result as { value: unknown; tags?: Record<string, string> };
    return { value: numberOf(String(value)), ...(tags && { labels: tags }) };
  }
  return { value: numberOf(String(result)) };
}
