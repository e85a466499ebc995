/** Everything the server does is available over REST, and from the terminal unless there is a reason against it. */
import type { Command } from "commander";
import { expect, test } from "vitest";
import { buildProgram } from "../src/cli/main";
import { appRouter } from "../src/server/api/root";
import { readEnvironment } from "../src/server/env";
import { OPERATIONS } from "../src/server/http/operations";

/** The command for each procedure, or the reason why there is none. */
const TERMINAL: Record<string, { command: string } | { none: string }> = {
  "access.addUser": { command: "user add" },
  "access.audit": { none: "logs/monitor.log and the page show it" },
  "access.changePassword": { command: "user password" },
  "access.createToken": { command: "token create" },
  "access.me": { none: "a terminal's role is its token's" },
  "access.removeUser": { command: "user remove" },
  "access.revokeSession": { none: "logins are the browser's business" },
  "access.revokeToken": { command: "token revoke" },
  "access.sessions": { none: "logins are the browser's business" },
  "access.setPassword": { command: "user password" },
  "access.setRole": { command: "user role" },
  "access.tokens": { command: "token list" },
  "access.users": { command: "user list" },
  "alerts.acknowledge": { command: "alerts ack" },
  "alerts.addSilence": { command: "alerts silence" },
  "alerts.backtest": { none: "a rule is tried where it is written: on the Alerts page" },
  "alerts.cause": { command: "why" },
  "explain.stretch": { command: "explain" },
  "alerts.createRule": { none: "a terminal has the configuration file and an editor" },
  "alerts.deleteRule": { none: "a terminal has the configuration file and an editor" },
  "alerts.enableRule": { none: "`config set alerts.disabled` does it" },
  "alerts.get": { none: "`hostscope alerts` lists them in full" },
  "alerts.list": { command: "alerts" },
  "alerts.notifications": { command: "notify" },
  "alerts.receivers": { none: "they are the configuration: `config show notifications`" },
  "alerts.removeSilence": { command: "alerts unsilence" },
  "alerts.reopen": { none: "Undo on the Alerts page" },
  "alerts.resolve": { command: "alerts resolve" },
  "alerts.rules": { none: "they are written in config/config.yaml, which is where they are read" },
  "alerts.saveRule": { none: "a terminal has the configuration file and an editor" },
  "alerts.silences": { command: "alerts silences" },
  "alerts.statistics": { none: "means and counts over a range belong to a report" },
  "alerts.test": { command: "notify test" },
  "alerts.unacknowledge": { none: "Undo on the Alerts page" },
  "config.get": { command: "config show" },
  "config.set": { command: "config set" },
  "config.text": { none: "`config path` names the file, which a terminal can read" },
  "containers.list": { none: "`docker ps` and `docker stats` say the same; `processes` shows the names" },
  "health.get": { command: "status" },
  "host.get": { command: "status" },
  "machines.alerts": { none: "`machines` counts them; a machine's own `alerts` lists them" },
  "machines.compare": { none: "it is a picture: the page Machines draws it" },
  "machines.list": { command: "machines" },
  "machines.metrics": { none: "choices of the comparison on the page Machines" },
  "marks.add": { command: "mark" },
  "marks.list": { command: "mark" },
  "marks.remove": { command: "mark" },
  "metrics.active": { none: "it folds charts away on the Performance page" },
  "metrics.catalogue": { none: "names for scripts, which have REST" },
  "metrics.current": { command: "status" },
  "metrics.custom": { none: "the health check names those that fail, and `status` shows it" },
  "metrics.history": { none: "a range of numbers is an export" },
  "metrics.outlook": { command: "report" },
  "metrics.push": { none: "one curl line, which a script has anyway" },
  "metrics.unusual": { none: "it is for a glance at Overview; a rule of its kind tells whoever is not there" },
  "metrics.usual": { none: "a line on charts; scripts ask REST" },
  "monitoring.get": { command: "status" },
  "monitoring.start": { command: "monitoring start" },
  "monitoring.stop": { command: "monitoring stop" },
  "network.get": { none: "`ss` and `ip` are on every machine; `status` has the rates" },
  "processes.get": { none: "`ps` and /proc say the same of a process that runs here" },
  "processes.life": { none: "a line over time belongs on the Processes page" },
  "processes.list": { command: "processes" },
  "storage.size": { command: "doctor" },
  "processes.top": { none: "`why` and reports name them" },
  "reports.get": { none: "its state is on the Reports page; a script asks REST" },
  "reports.list": { none: "a terminal makes its report itself, with `report`" },
  "reports.make": { command: "report" },
  "reports.remove": { none: "kept reports are the Reports page's" },
  "reports.run": { none: "a button on the Reports page, or one curl line" },
  "units.failed": { none: "`systemctl --failed` says the same of this machine" },
  "reports.removeSchedule": { none: "a terminal has the configuration file and an editor" },
  "reports.saveSchedule": { none: "a terminal has the configuration file and an editor" },
  "reports.schedules": { none: "they are written in config/config.yaml, which is where they are read" },
};

const procedures = Object.keys(appRouter._def.procedures).sort();

test("every procedure has a REST form", () => {
  const served = new Set(OPERATIONS.map(({ procedure }) => procedure));
  expect(procedures.filter((name) => !served.has(name))).toEqual([]);
});

test("every procedure has a command, or a reason why not", () => {
  expect(Object.keys(TERMINAL).sort()).toEqual(procedures);
});

const program = buildProgram({
  programDir: ".",
  prepareBuild: async () => {},
  version: "0",
  environment: readEnvironment(),
});

function find(path: string): Command | undefined {
  return path
    .split(" ")
    .reduce<Command | undefined>((command, name) => command?.commands.find((one) => one.name() === name), program);
}

test("every command that is named there exists", () => {
  const named = Object.values(TERMINAL).flatMap((way) => ("command" in way ? [way.command] : []));
  expect(named.filter((path) => !find(path))).toEqual([]);
});

function allCommands(command: Command, path: string): [path: string, command: Command][] {
  const below = command.commands.flatMap((one) => allCommands(one, `${path} ${one.name()}`));
  return [[path, command], ...below];
}

test.each(allCommands(program, "hostscope"))("%s --help has two lines that can be pasted", (_path, command) => {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  // The examples are in src/cli/examples.ts.
  expect(help.split("Examples:\n")[1]?.match(/hostscope/g)?.length).toBeGreaterThanOrEqual(2);
});
