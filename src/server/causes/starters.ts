/** What starts the programs of people and units, and is not what they do. Pure. */
import { programAndScript } from "~/domain/command-line";
import type { Node } from "./forest";

const STARTER =
  /^(?:systemd|init|sshd(?:-session)?|login|su|sudo|doas|tmux(?:: server)?|screen|SCREEN|cron|crond|atd|anacron|containerd-shim.*|conmon|dockerd|runc|crun|tini|dumb-init|s6-\w+|runsv|runsvdir|gnome-shell|gnome-terminal-|konsole|xterm|\(sd-pam\))$/;
const SHELL = /^-?(?:ba|da|z|k|fi|a)?sh$/;

/**
 * A shell that runs a script is that script, and so is one that works itself, or whose children were too short to be seen. Process 1 starts
 * everything, whatever it is called, unless it is the only program of a container.
 */
export function isStarter({ consumer: { pid, name, command }, own, sum }: Node): boolean {
  if (STARTER.test(name)) return true;
  const works = sum > 0 && own >= sum / 2;
  return !works && (pid === 1 || (SHELL.test(name) && !programAndScript(command).includes(" ")));
}

/** How people say that a starter started something; null for those that say nothing. */
const SAID: readonly [RegExp, (user: string) => string][] = [
  [/^tmux/, (user) => `${user} in tmux`],
  [/^screen$/i, (user) => `${user} in screen`],
  [/^sshd/, (user) => `${user} over ssh`],
  [/^(?:cron|crond|anacron)$/, () => "cron"],
  [/^atd$/, () => "at"],
  [/^login$/, (user) => `${user} at the console`],
  [/^(?:gnome-shell|gnome-terminal-|konsole|xterm)$/, (user) => `${user} on the desktop`],
];

/** `ann in tmux`, `cron`, or its unit; null when nothing above says it. With `self` the process itself may be the starter. */
export function startedByOf(node: Node, self = false): string | null {
  const { user, group } = node.consumer;
  for (let above: Node | null = self ? node : node.parent; above; above = above.parent) {
    const said = SAID.find(([pattern]) => pattern.test((above as Node).consumer.name));
    if (said) return said[1](user);
  }
  return self || group === null || !group.endsWith(".service") ? null : group;
}
