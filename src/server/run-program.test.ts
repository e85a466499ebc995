import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { PATIENCE_MS } from "../../tests/helpers/patience";
import { runProgram } from "./run-program";

const never = new AbortController().signal;
const shell = (text: string): [string, ...string[]] => ["/bin/sh", "-c", text];

test("a program that ends gives its code and both outputs", async () => {
  const result = await runProgram(shell("cat; echo bad >&2; exit 3"), { signal: never, input: "grüße", mostOutput: 100 });
  expect(result).toEqual({ kind: "exit", code: 3, exitSignal: null, stdout: "grüße", stderr: "bad\n" });
});

test("output beyond the limit is dropped, or ends the program", async () => {
  const dropped = await runProgram(shell("echo 0123456789"), { signal: never, mostOutput: 4 });
  expect(dropped).toMatchObject({ kind: "exit", code: 0, stdout: "0123" });
  const ended = await runProgram(shell("yes"), { signal: never, mostOutput: 4, endsBeyond: true });
  expect(ended.kind).toBe("too much output");
});

test("an abort ends the program and what it started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-program-"));
  const pidFile = join(folder, "pid");
  const aborting = new AbortController();
  const running = runProgram(shell(`sleep 1000 & echo $! > ${pidFile}; echo started; wait`), {
    signal: aborting.signal,
    mostOutput: 100,
  });
  await expect
    .poll(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"), { timeout: PATIENCE_MS })
    .toBe(true);
  aborting.abort();
  expect(await running).toMatchObject({ kind: "aborted" });
  const state = () => {
    try {
      return /\) (\S)/.exec(readFileSync(`/proc/${readFileSync(pidFile, "utf8").trim()}/stat`, "utf8"))?.[1];
    } catch {
      return "gone";
    }
  };
  await expect.poll(state, { timeout: PATIENCE_MS }).toMatch(/Z|gone/);
});

test("what a program leaves in the background does not hold up its end", async () => {
  const result = await runProgram(shell("sleep 1000 & echo done"), { signal: never, mostOutput: 100, graceMs: 10 });
  expect(result).toMatchObject({ kind: "exit", code: 0, stdout: "done\n" });
});

test("a program that is not there was not started", async () => {
  const result = await runProgram(["/nowhere/program"], { signal: never, mostOutput: 100 });
  expect(result).toMatchObject({ kind: "not started", error: { code: "ENOENT" } });
});

test("a signal that has aborted already starts nothing", async () => {
  const result = await runProgram(shell("sleep 1000"), { signal: AbortSignal.abort(), mostOutput: 100 });
  expect(result.kind).toBe("aborted");
});

test("a program that ended and left nothing in its group is never killed later, when its number may be somebody else's", async () => {
  const kill = vi.spyOn(process, "kill");
  // What it leaves is in a session of its own.
  const leaves = shell(
    "setsid sleep 1000 & echo $!; while read -r _ _ _ _ group _ < /proc/$!/stat; [ $group = $$ ]; do :; done; exit 3",
  );
  const ended = await runProgram(leaves, { signal: never, mostOutput: 100, graceMs: 10 });
  expect(ended).toMatchObject({ kind: "exit", code: 3 });
  expect(kill.mock.calls.filter(([, signal]) => signal === "SIGKILL")).toEqual([]);
  kill.mockRestore();
  process.kill(Number(ended.stdout), "SIGKILL");
});
