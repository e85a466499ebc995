/** A real dbus-daemon with a stand-in for systemd on it, which answers what a systemd 252 with two failed units answered. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createClient } from "@homebridge/dbus-native";
import { ensurePrograms } from "./debian";

const MANAGER = "/org/freedesktop/systemd1";
export const FAILED = [
  {
    unit: "backup@a\\x2db.service",
    description: "Backup of a-b",
    path: `${MANAGER}/unit/backup_40a_5cx2db_2eservice`,
    result: "exit-code",
    // Microseconds.
    since: "1790000000000000",
  },
  { unit: "srv.mount", description: "/srv", path: `${MANAGER}/unit/srv_2emount`, result: "timeout", since: "0" },
] as const;

/** Lets anybody own and ask, as no system bus does: it is a test's. */
const configOf = (socket: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Serves the bus at this socket until disposed of. */
export async function startSystemdBus(socket: string) {
  ensurePrograms("dbus-daemon");
  mkdirSync(dirname(socket), { recursive: true });
  const config = join(dirname(socket), "bus.conf");
  writeFileSync(config, configOf(socket));
  const daemon = spawn("dbus-daemon", [`--config-file=${config}`, "--nofork", "--print-address=1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(daemon.stdout, "data");
  const bus = createClient({ socket });
  const listed = FAILED.map((one) => [one.unit, one.description, "loaded", "failed", "failed", "", one.path, 0, "", "/"]);
  bus.setMethodCallHandler(MANAGER, "org.freedesktop.systemd1.Manager", "ListUnitsFiltered", [() => listed, "a(ssssssouso)"]);
  for (const { unit, path, result, since } of FAILED) {
    const kind = unit.endsWith(".mount") ? "Mount" : "Service";
    const name = (one: string) => `org.freedesktop.systemd1.${one}`;
    bus.exportInterface({ InactiveEnterTimestamp: since }, path, {
      name: name("Unit"),
      properties: { InactiveEnterTimestamp: "t" },
    });
    bus.exportInterface({ Result: result }, path, { name: name(kind), properties: { Result: "s" } });
  }
  await new Promise<void>((resolve, reject) =>
    bus.requestName("org.freedesktop.systemd1", 0, (error) => (error ? reject(new Error(String(error))) : resolve())),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      bus.connection.stream.destroy();
      const ended = once(daemon, "exit");
      daemon.kill();
      await ended;
    },
  };
}
