/** Whose process a connection within this machine comes from, and what /proc shows them. */
import { readFileSync } from "node:fs";
import ipaddr from "ipaddr.js";
import type { LocalConnection } from "~/domain/access";
import { passwdText, type Roots } from "../roots";
import { parseHexAddress } from "./connections";
import { parsePasswd } from "./process-stat";

const plain = (address: string) => (ipaddr.isValid(address) ? ipaddr.process(address).toString() : null);

/**
 * The uid of the established socket at `client` that is connected to `server`; null when no row has it. All four of addresses and ports are
 * compared: a program can choose any three of them for a connection of somebody else's.
 */
export function uidOfConnection(tables: readonly string[], { client, server }: LocalConnection): number | null {
  const [wanted, other] = [plain(client.address), plain(server.address)];
  if (wanted === null || other === null) return null;
  const ports = new RegExp(`^ *\\d+: ([0-9A-F]+):${portHex(client.port)} ([0-9A-F]+):${portHex(server.port)} 01 .+$`, "gm");
  for (const table of tables) {
    for (const [line, local = "", remote = ""] of table.matchAll(ports)) {
      if (plain(parseHexAddress(local)) !== wanted || plain(parseHexAddress(remote)) !== other) continue;
      const uid = Number(line.trim().split(/\s+/)[7]);
      if (Number.isInteger(uid)) return uid;
    }
  }
  return null;
}

const portHex = (port: number) => port.toString(16).toUpperCase().padStart(4, "0");

/**
 * The user name of the process at the client's end, its uid if it has no name, or null when that is unknown. Reads the kernel's table of
 * connections in this process's network, which takes milliseconds. Names are those of the host, as in the process table.
 */
export function userOfConnection(connection: LocalConnection, roots: Roots): string | null {
  const read = (path: string) => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return "";
    }
  };
  const uid = uidOfConnection(
    ["tcp", "tcp6"].map((name) => read(`/proc/net/${name}`)),
    connection,
  );
  return uid === null ? null : (parsePasswd(passwdText(roots)).get(uid) ?? String(uid));
}

/** Whether this proc file system shows the processes of others to nobody but root, by its mount options. */
export function hidesProcesses(procRoot: string, mounts = readMounts(procRoot)): boolean {
  return mounts.split("\n").some((line) => {
    const [, at, type, options = ""] = line.split(" ");
    return at === "/proc" && type === "proc" && /(?:^|,)hidepid=(?:1|2|4|noaccess|invisible|ptraceable)(?:,|$)/.test(options);
  });
}

function readMounts(procRoot: string): string {
  try {
    return readFileSync(`${procRoot}/self/mounts`, "utf8");
  } catch {
    return "";
  }
}
