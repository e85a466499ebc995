/** Installs, shows and removes the service that keeps Hostscope running over a restart of the machine. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { CommandContext } from "../command-context";
import { CliError } from "../output";
import { placesOf, usualPlaces } from "../places";
import { findClosedFolder, type ServiceUser } from "../service/closed-folder";
import {
  describeStep,
  installSteps,
  type ServiceInput,
  ServiceRefused,
  type Step,
  statusCommand,
  uninstallSteps,
} from "../service/plan";

export interface ServiceFlags {
  user?: boolean;
  fullView?: boolean;
  dryRun?: boolean;
}

interface Input extends CommandContext {
  flags: ServiceFlags;
}

/** The launcher of an unpacked tarball; otherwise Node with the flags that it runs with now. */
function ownCommand(programDir: string): string[] {
  const launcher = join(programDir, "..", "hostscope");
  const [, script = ""] = process.argv;
  return existsSync(launcher) ? [launcher] : [process.execPath, ...process.execArgv, script];
}

/** Null where it has not been made yet. */
function serviceUser(): ServiceUser | null {
  const [uid, gid] = ["-u", "-g"].map((option) => spawnSync("id", [option, "hostscope"], { encoding: "utf8" }));
  return uid?.status === 0 && gid?.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}

function inputOf({ flags, environment, programDir }: Input, { isInstalling = false } = {}): ServiceInput {
  const isRoot = process.getuid?.() === 0;
  const ofUser = flags.user === true;
  const home = homedir();
  // The service of the system has the folders of the system, a user's those that the user's commands have.
  const places =
    process.platform === "linux" && !ofUser
      ? usualPlaces({ programDir, released: true, isRoot: true, home, xdg: environment.xdg })
      : placesOf({ environment, programDir });
  const command = ownCommand(programDir);
  const user = serviceUser();
  const closedFolder = isInstalling ? findClosedFolder([...command, join(programDir, "package.json")], user) : null;
  return {
    system: process.platform,
    isRoot,
    ofUser,
    fullView: flags.fullView === true,
    home,
    uid: process.getuid?.() ?? 0,
    command,
    programDir,
    places,
    hasUser: user !== null,
    // The full view has the capability to read and enter all.
    closedFolder: flags.fullView === true ? null : closedFolder,
  };
}

function run([program, ...args]: readonly [string, ...string[]]): void {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (error) throw new CliError(1, `Cannot run ${program}: ${error.message}`);
  if (status !== 0) throw new CliError(1, `${program} failed with exit code ${status ?? "none"}.`);
}

function take(step: Step): void {
  switch (step.kind) {
    case "write":
      mkdirSync(dirname(step.path), { recursive: true });
      writeFileSync(step.path, step.text);
      return;
    case "remove":
      rmSync(step.path, { recursive: true, force: true });
      return;
    case "folder":
      if (!existsSync(step.path)) run(["install", "-d", "-m", "0750", ...ownerOf(step.owner), step.path]);
      return;
    case "copy":
      if (!existsSync(step.path)) run(["install", "-m", "0600", ...ownerOf(step.owner), step.from, step.path]);
      return;
    case "run":
      try {
        run(step.command);
      } catch (error) {
        if (!step.mayFail) throw error;
      }
  }
}

const ownerOf = (owner: string | null) => (owner === null ? [] : ["-o", owner, "-g", owner]);

function follow(steps: readonly Step[], { dryRun }: ServiceFlags): void {
  for (const step of steps) {
    process.stdout.write(`${describeStep(step)}\n`);
    if (!dryRun) take(step);
  }
}

function planned(plan: typeof installSteps | typeof uninstallSteps, input: Input): Step[] {
  try {
    return plan(inputOf(input, { isInstalling: plan === installSteps }));
  } catch (error) {
    throw error instanceof ServiceRefused ? new CliError(1, error.message) : error;
  }
}

export function installService(input: Input): void {
  follow(planned(installSteps, input), input.flags);
  if (!input.flags.dryRun)
    process.stdout.write(`Hostscope is running and starts at ${process.platform === "darwin" ? "login" : "boot"}.\n`);
}

export function uninstallService(input: Input): void {
  follow(planned(uninstallSteps, input), input.flags);
  const { dataDir, configPath, logDir } = inputOf(input).places;
  process.stdout.write(`Kept: ${configPath}, ${dataDir}, ${logDir}. Delete them if you no longer need them.\n`);
}

export function serviceStatus(input: Input): void {
  const [program, ...args] = statusCommand(inputOf(input));
  process.exitCode = spawnSync(program, args, { stdio: "inherit" }).status ?? 1;
}
