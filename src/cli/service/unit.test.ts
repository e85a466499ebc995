import { expect, test } from "vitest";
import { fullViewText, unitText } from "./unit";

const places = { configPath: "/etc/hostscope/config.yaml", dataDir: "/var/lib/hostscope", logDir: "/var/log/hostscope" };
const system = unitText({ command: ["/usr/bin/hostscope"], places, user: "hostscope" });

test("the service may write to its own folders only", () => {
  expect(system).toContain("ProtectSystem=strict\n");
  expect(system).toContain("ReadWritePaths=/etc/hostscope /var/lib/hostscope /var/log/hostscope\n");
});

test("what would hide processes, users, the network or /tmp from a monitor is not set", () => {
  expect(system).not.toMatch(/^(?:ProtectProc|ProcSubset|PrivateUsers|PrivateNetwork|PrivateTmp|RootDirectory)=/m);
});

test("words with blanks, quotes and percent signs reach the program as they are", () => {
  const unit = unitText({ command: ['/opt/my host/50% "x"/hostscope'], places, user: null });
  expect(unit).toContain('ExecStart="/opt/my host/50%% \\"x\\"/hostscope" start\n');
});

test("the full view names each capability and what it is for", () => {
  expect(fullViewText()).toMatch(/^# CAP_SYS_PTRACE: /m);
  expect(fullViewText()).toContain("AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYSLOG\n");
});
