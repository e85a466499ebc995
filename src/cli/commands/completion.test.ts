import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { readEnvironment } from "~/server/env";
import { buildProgram } from "../main";
import { completionScript, SHELLS, type ShellName } from "./completion";

const program = buildProgram({
  programDir: ".",
  prepareBuild: async () => {},
  version: "0",
  environment: readEnvironment(),
});

const isInstalled = (shell: ShellName) => spawnSync(shell, ["-c", "true"]).status === 0;

/** What bash completes after these words; the last one is incomplete. */
function offered(...words: string[]): string[] {
  const script = `${completionScript("bash", program)}
COMP_WORDS=(${["hostscope", ...words].map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
_hostscope; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
}

test("bash offers commands, their own commands, options and an option's choices", () => {
  expect(offered("mon")).toEqual(["monitor", "monitoring"]);
  expect(offered("alerts", "")).toEqual(expect.arrayContaining(["ack", "resolve", "--severity"]));
  expect(offered("alerts", "ack", "some-id", "--n")).toEqual(["--note"]);
  expect(offered("processes", "--sort", "")).toEqual(["cpu", "memory", "io"]);
  expect(offered("start", "--mode", "h")).toEqual(["headless"]);
  expect(offered("start", "--d")).toEqual(["--data-dir", "--debug"]);
});

test.each(SHELLS)("a %s that is installed takes its script without a word", (shell) => {
  const script = completionScript(shell, program);
  expect(script).toContain("hostscope");
  if (!isInstalled(shell)) return;
  const compdef = shell === "zsh" ? "autoload -U compinit && compinit -D\n" : "";
  const result = spawnSync(shell, ["-c", compdef + script], { encoding: "utf8" });
  expect([result.status, result.stderr]).toEqual([0, ""]);
});
