/** Data folders written by earlier versions (tests/fixtures/data-VERSION), and the answers they gave. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { temporaryFolder } from "./server";

/** The host that wrote the folders; otherwise a server on a fixture would see this machine as another boot of it. */
export const FIXTURE_HOST = {
  HOSTSCOPE_PROC_ROOT: "tests/fixtures/hosts/recorded/firecracker-vm/proc",
  HOSTSCOPE_SYS_ROOT: "tests/fixtures/hosts/recorded/firecracker-vm/sys",
};

/** Password of the user ann. */
export const FIXTURE_PASSWORD = "correct horse battery";

export interface RecordedAnswer {
  path: string;
  body: unknown;
}

export interface RecordedAnswers {
  /** A bearer token of the role viewer. */
  token: string;
  answers: RecordedAnswer[];
}

export const FIXTURES = readdirSync("tests/fixtures")
  .filter((name) => name.startsWith("data-"))
  .map((name) => join("tests/fixtures", name));

export function recordedAnswers(fixture: string): RecordedAnswers {
  return JSON.parse(readFileSync(join(fixture, "answers.json"), "utf8")) as RecordedAnswers;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Unpacks a fixture into a temporary folder, with the files as they were on disk. */
export function unpackFixture(fixture: string): { folder: string; config: string; backup: string } {
  const folder = temporaryFolder();
  for (const path of filesBelow(fixture)) {
    const target = join(folder, relative(fixture, path).replace(/\.br$/, ""));
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const bytes = readFileSync(path);
    writeFileSync(target, path.endsWith(".br") ? brotliDecompressSync(bytes) : bytes, { mode: 0o600 });
  }
  return { folder, config: readFileSync(join(folder, "config.yaml"), "utf8"), backup: join(folder, "backup.db") };
}

/** Requests each path from this machine, without a login. */
export async function ask(url: string, paths: readonly string[]): Promise<RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  for (const path of paths) {
    const response = await fetch(`${url}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    const isJson =
      response.headers.get("content-type") === "application/json; charset=utf-8" || text.startsWith("{") || text.startsWith("[");
    answers.push({ path, body: isJson && !path.includes("ndjson") ? JSON.parse(text) : text });
  }
  return answers;
}
