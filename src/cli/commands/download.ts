/** Downloads a file that the server makes: completely or not at all, with progress on a terminal. */
import { createWriteStream, existsSync, rmSync } from "node:fs";
import { link, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, fetch, type Response } from "undici";
import { formatText } from "~/domain/format-value";
import { type ClientInput, serverAddress } from "../connect";
import { CliError, refusal, unreachable } from "../output";

export interface DownloadFlags {
  /** Target file, or `-` for standard output; by default the server's file name in the current folder. */
  output?: string;
  force?: boolean;
}

export interface DownloadInput extends ClientInput {
  flags: ClientInput["flags"] & DownloadFlags;
}

const PROGRESS_EVERY_MS = 200;
const INTERRUPTED = 130;
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The file name from Content-Disposition, without any path. */
function nameFrom(header: string | null): string {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(header ?? "")?.[1];
  const name = encoded === undefined ? undefined : basename(decodeURIComponent(encoded));
  return name === undefined || name === "" || name.startsWith(".") ? "hostscope-export" : name;
}

async function failureOf(response: Response): Promise<CliError> {
  const problem = (await response.json().catch(() => null)) as { detail?: string } | null;
  return refusal({ status: response.status, detail: problem?.detail });
}

/** Shows progress on one line of stderr when that is a terminal. */
function createProgress() {
  const shown = process.stderr.isTTY === true;
  const started = performance.now();
  let bytes = 0;
  let told = 0;
  const clear = () => {
    if (shown) process.stderr.write("\r\u001b[K");
  };
  const tell = () => {
    const now = performance.now();
    if (!shown || now - told < PROGRESS_EVERY_MS) return;
    told = now;
    const state = bytes === 0 ? "generating" : formatText(bytes, "By");
    process.stderr.write(`\r\u001b[K${state}, ${Math.round((now - started) / 1000)} s`);
  };
  const timer = setInterval(tell, PROGRESS_EVERY_MS);
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      tell();
      done(null, chunk);
    },
  });
  return {
    counter,
    bytes: () => bytes,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

export async function download(path: string, query: URLSearchParams, input: DownloadInput): Promise<void> {
  const { url, token } = serverAddress(input);
  const { output, force = false } = input.flags;
  // Check this before the server does any work.
  if (output !== undefined && output !== "-" && !force && existsSync(output)) throw existing(output);
  const progress = createProgress();
  const ending = new AbortController();
  let part: string | undefined;
  const onSignal = () => {
    ending.abort();
    if (part !== undefined) rmSync(part, { force: true });
    progress.stop();
    process.exit(INTERRUPTED);
  };
  for (const signal of ENDING) process.once(signal, onSignal);
  try {
    const response = await fetch(`${url}${path}?${query}`, {
      // The server answers once the file is made, which takes minutes on a busy machine. The user can interrupt.
      dispatcher: new Agent({ headersTimeout: 0, bodyTimeout: 0 }),
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: ending.signal,
    }).catch(() => {
      throw unreachable(url);
    });
    if (!response.ok) throw await failureOf(response);
    if (!response.body) throw new CliError(1, "The server sent an empty response.");
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    if (output === "-") {
      await pipeline(body, progress.counter, process.stdout, { end: false });
      return;
    }
    const target = resolve(output ?? nameFrom(response.headers.get("content-disposition")));
    if (!force && existsSync(target)) throw existing(target);
    part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
    await pipeline(body, progress.counter, createWriteStream(part, { mode: 0o600, flags: "wx" }));
    await settle(part, target, force);
    progress.stop();
    process.stdout.write(`${output ?? basename(target)}\n`);
    if (process.stderr.isTTY) process.stderr.write(`${formatText(progress.bytes(), "By")}\n`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC") throw new CliError(1, "The disk is full. Nothing was saved.");
    if (code === "EACCES" || code === "ENOENT" || code === "EROFS")
      throw new CliError(1, `Cannot write ${output ?? "to this folder"} (${code}).`);
    throw new CliError(1, `The download was interrupted (${code ?? message}). Nothing was saved.`);
  } finally {
    progress.stop();
    for (const signal of ENDING) process.off(signal, onSignal);
    if (part !== undefined) await rm(part, { force: true });
  }
}

/** Moves the finished file into place atomically. Without `force` it never replaces a file that was created meanwhile. */
async function settle(part: string, target: string, force: boolean): Promise<void> {
  if (force) return rename(part, target);
  try {
    await link(part, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw existing(target);
    // The filesystem has no hard links.
    await rename(part, target);
  }
}

function existing(path: string): CliError {
  return new CliError(1, `${path} already exists. Use --force to overwrite it, or choose another file name.`);
}
