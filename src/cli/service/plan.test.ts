import { expect, test } from "vitest";
import { describeStep, installSteps, type ServiceInput, uninstallSteps } from "./plan";

const SYSTEM: ServiceInput = {
  system: "linux",
  isRoot: true,
  ofUser: false,
  fullView: false,
  home: "/root",
  uid: 0,
  command: ["/opt/hostscope/hostscope"],
  programDir: "/opt/hostscope/lib",
  places: { configPath: "/etc/hostscope/config.yaml", dataDir: "/var/lib/hostscope", logDir: "/var/log/hostscope" },
  hasUser: false,
  closedFolder: null,
};
const OF_ANN: ServiceInput = {
  ...SYSTEM,
  isRoot: false,
  ofUser: true,
  home: "/home/ann",
  uid: 1000,
  places: {
    configPath: "/home/ann/.config/hostscope/config.yaml",
    dataDir: "/home/ann/.local/share/hostscope",
    logDir: "/home/ann/logs",
  },
};

const said = (steps: ReturnType<typeof installSteps>) => steps.map(describeStep);

test("a service of the system has a user of its own, who owns its folders", () => {
  expect(said(installSteps(SYSTEM))).toEqual([
    "run useradd --system --user-group --home-dir /var/lib/hostscope --no-create-home --shell /usr/sbin/nologin hostscope",
    "create /etc/hostscope for hostscope, unless it exists",
    "create /var/lib/hostscope for hostscope, unless it exists",
    "create /var/log/hostscope for hostscope, unless it exists",
    "create /etc/hostscope/config.yaml from the example, unless it exists",
    "write /etc/systemd/system/hostscope.service",
    "run systemctl daemon-reload",
    "run systemctl enable hostscope.service",
    "run systemctl restart hostscope.service",
  ]);
  expect(said(installSteps({ ...SYSTEM, hasUser: true, fullView: true }))).toContain(
    "write /etc/systemd/system/hostscope.service.d/full-view.conf",
  );
});

test("a user's service needs neither root nor an account", () => {
  const steps = installSteps(OF_ANN);
  expect(said(steps)).toEqual([
    "create /home/ann/.config/hostscope, unless it exists",
    "create /home/ann/.local/share/hostscope, unless it exists",
    "create /home/ann/logs, unless it exists",
    "create /home/ann/.config/hostscope/config.yaml from the example, unless it exists",
    "write /home/ann/.config/systemd/user/hostscope.service",
    "run systemctl --user daemon-reload",
    "run systemctl --user enable hostscope.service",
    "run systemctl --user restart hostscope.service",
    "run loginctl enable-linger",
  ]);
  const unit = steps.find((step) => step.kind === "write");
  expect(unit?.text).not.toMatch(/^(?:User|ProtectSystem|OOMScoreAdjust)=/m);
  expect(unit?.text).toContain("WantedBy=default.target");
});

test("removing it leaves what is the user's", () => {
  expect(said(uninstallSteps(SYSTEM))).toEqual([
    "run systemctl disable --now hostscope.service",
    "remove /etc/systemd/system/hostscope.service",
    "remove /etc/systemd/system/hostscope.service.d",
    "run systemctl daemon-reload",
  ]);
});

test.each([
  ["Windows", { ...SYSTEM, system: "win32" as const }, /Task Scheduler/],
  ["a user without --user", { ...SYSTEM, isRoot: false }, /sudo, or add --user/],
  ["root with --user", { ...OF_ANN, isRoot: true }, /without sudo/],
])("on %s it says what to do", (_who, input, words) => {
  expect(() => installSteps(input)).toThrow(words);
});

test("a program that the service's user cannot reach is refused for the system, and only there", () => {
  const closed = { closedFolder: "/home/ann" };
  expect(() => installSteps({ ...SYSTEM, ...closed })).toThrow(/may not enter \/home\/ann\b.*\/opt/);
  expect(() => installSteps({ ...OF_ANN, ...closed })).not.toThrow();
  expect(() => uninstallSteps({ ...SYSTEM, ...closed })).not.toThrow();
});

test("on macOS it is a launch agent, which takes the place of an earlier one", () => {
  const steps = installSteps({ ...OF_ANN, system: "darwin", command: ["/usr/local/bin/node", "/opt/a & b/hostscope.mjs"] });
  expect(said(steps).slice(-2)).toEqual([
    "run launchctl bootout gui/1000/org.hostscope.hostscope",
    "run launchctl bootstrap gui/1000 /home/ann/Library/LaunchAgents/org.hostscope.hostscope.plist",
  ]);
  const agent = steps.find((step) => step.kind === "write");
  expect(agent?.text).toContain("<string>/opt/a &amp; b/hostscope.mjs</string>");
});
