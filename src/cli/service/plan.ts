/** What `hostscope service` does, as steps that can be shown before they are done. Pure. */
import { dirname, join } from "node:path";
import type { Places } from "../places";
import { launchdText } from "./launchd";
import { fullViewText, unitText } from "./unit";

export type Step =
  | { kind: "write"; path: string; text: string }
  | { kind: "remove"; path: string }
  /** Made if it is missing. Owner null: whoever runs the command. */
  | { kind: "folder"; path: string; owner: string | null }
  | { kind: "copy"; from: string; path: string; owner: string | null }
  | { kind: "run"; command: readonly [string, ...string[]]; mayFail?: true };

export interface ServiceInput {
  system: NodeJS.Platform;
  isRoot: boolean;
  /** For the user's own systemd. */
  ofUser: boolean;
  /** Sees what only root sees. */
  fullView: boolean;
  home: string;
  uid: number;
  /** The program and its first arguments, as absolute paths. */
  command: readonly string[];
  programDir: string;
  places: Places;
  hasUser: boolean;
  /** On the way to the program, a folder that the service's user may not enter. */
  closedFolder: string | null;
}

const USER = "hostscope";
const LABEL = "org.hostscope.hostscope";
const UNIT = "hostscope.service";

export class ServiceRefused extends Error {}

const systemctl = (ofUser: boolean, ...words: string[]): Step => ({
  kind: "run",
  command: ["systemctl", ...(ofUser ? ["--user"] : []), ...words],
});

const unitFolder = ({ ofUser, home }: ServiceInput) => (ofUser ? join(home, ".config/systemd/user") : "/etc/systemd/system");

/** Throws ServiceRefused, with what to do, where there is no way. */
function refuse({ system, isRoot, ofUser }: ServiceInput): void {
  if (system === "win32") {
    throw new ServiceRefused(
      "Services can be installed on Linux and macOS only. On Windows, let the Task Scheduler run `hostscope start` at startup.",
    );
  }
  if (system !== "linux" && system !== "darwin") throw new ServiceRefused(`Services are not supported on ${system}.`);
  if (system === "linux" && !isRoot && !ofUser) {
    throw new ServiceRefused("A system service needs root. Run this with sudo, or add --user for a user service.");
  }
  if (system === "linux" && isRoot && ofUser) {
    throw new ServiceRefused("Run this without sudo for a user service, or without --user for a system service.");
  }
}

function folders({ places, ofUser }: ServiceInput): Step[] {
  const owner = ofUser ? null : USER;
  return [dirname(places.configPath), places.dataDir, places.logDir].map((path) => ({ kind: "folder", path, owner }));
}

/** The service's user would not reach the program: systemd gives up with 203/EXEC. */
function refuseClosed({ system, ofUser, closedFolder }: ServiceInput): void {
  if (system !== "linux" || ofUser || closedFolder === null) return;
  throw new ServiceRefused(
    `The service's user may not enter ${closedFolder}, so it cannot run this program. Move it to a folder such as /opt, or add --user for a user service.`,
  );
}

const bootOut = (uid: number): Step => ({ kind: "run", command: ["launchctl", "bootout", `gui/${uid}/${LABEL}`], mayFail: true });

export function installSteps(input: ServiceInput): Step[] {
  refuse(input);
  refuseClosed(input);
  const { system, ofUser, command, places, programDir, fullView, hasUser, home } = input;
  const example = join(programDir, "config", "config.example.yaml");
  if (system === "darwin") {
    const path = join(home, "Library/LaunchAgents", `${LABEL}.plist`);
    return [
      ...folders({ ...input, ofUser: true }),
      { kind: "copy", from: example, path: places.configPath, owner: null },
      { kind: "write", path, text: launchdText({ label: LABEL, command, places }) },
      bootOut(input.uid),
      { kind: "run", command: ["launchctl", "bootstrap", `gui/${input.uid}`, path] },
    ];
  }
  const folder = unitFolder(input);
  const account: Step = {
    kind: "run",
    command: [
      "useradd",
      "--system",
      "--user-group",
      "--home-dir",
      places.dataDir,
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      USER,
    ],
  };
  return [
    ...(ofUser || hasUser ? [] : [account]),
    ...folders(input),
    { kind: "copy", from: example, path: places.configPath, owner: ofUser ? null : USER },
    { kind: "write", path: join(folder, UNIT), text: unitText({ command, places, user: ofUser ? null : USER }) },
    ...(fullView && !ofUser
      ? [{ kind: "write" as const, path: join(folder, `${UNIT}.d`, "full-view.conf"), text: fullViewText() }]
      : []),
    systemctl(ofUser, "daemon-reload"),
    systemctl(ofUser, "enable", UNIT),
    // An earlier version may run, which `enable --now` would leave running.
    systemctl(ofUser, "restart", UNIT),
    // Without it a user's services end when they log out.
    ...(ofUser ? [{ kind: "run" as const, command: ["loginctl", "enable-linger"] as const, mayFail: true as const }] : []),
  ];
}

/** Data, configuration and logs stay. */
export function uninstallSteps(input: ServiceInput): Step[] {
  refuse(input);
  const { system, ofUser, home, uid } = input;
  if (system === "darwin") {
    return [bootOut(uid), { kind: "remove", path: join(home, "Library/LaunchAgents", `${LABEL}.plist`) }];
  }
  const folder = unitFolder(input);
  return [
    { ...systemctl(ofUser, "disable", "--now", UNIT), mayFail: true } as Step,
    { kind: "remove", path: join(folder, UNIT) },
    { kind: "remove", path: join(folder, `${UNIT}.d`) },
    systemctl(ofUser, "daemon-reload"),
  ];
}

export function statusCommand({ system, ofUser, uid }: ServiceInput): readonly [string, ...string[]] {
  if (system === "darwin") return ["launchctl", "print", `gui/${uid}/${LABEL}`];
  return ["systemctl", ...(ofUser ? ["--user"] : []), "--no-pager", "status", UNIT];
}

/** A line for each step, as one would type it. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "write":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "folder":
      return `create ${step.path}${step.owner === null ? "" : ` for ${step.owner}`}, unless it exists`;
    case "copy":
      return `create ${step.path} from the example, unless it exists`;
    case "run":
      return `run ${step.command.join(" ")}`;
  }
}
