import { arch, cpus, hostname, networkInterfaces, release, totalmem, uptime } from "node:os";
import si from "systeminformation";
import type { HostFacts } from "~/domain/host";
import { hostText, type Roots } from "../roots";
import { readBootTime } from "./boot-time";
import { readTopology } from "./cpu";
import { readText } from "./procfs";

/** Facts that the kernel and Node know without starting a program. */
export function quickHostFacts(roots: Roots): HostFacts {
  // Once: it reads the frequency of each CPU, which some kernels take up to 20 ms for.
  const processors = cpus();
  const model = processors[0]?.model.trim();
  return {
    name: (isElsewhere(roots) && hostText(roots, "/etc/hostname")?.trim()) || hostname(),
    os: osName(roots),
    kernel: release(),
    architecture: arch(),
    cpuModel: model && model !== "unknown" ? model : null,
    logicalCpus: processors.length,
    physicalCpus: readTopology(roots.sys, processors.length).physical,
    memoryBytes: memoryOf(roots),
    bootTime: readBootTime(roots, Date.now()) ?? Math.round(Date.now() - uptime() * 1000),
    // Those of the container that we are in are not the host's.
    addresses: isElsewhere(roots) ? [] : addresses(),
    virtualization: null,
  };
}

/** Quick facts, completed by systeminformation. It starts other programs, so it runs once. */
export async function fullHostFacts(quick: HostFacts): Promise<HostFacts> {
  const [os, cpu, system] = await Promise.all([si.osInfo(), si.cpu(), si.system()]);
  const distribution = [os.distro, os.release].filter((part) => part && part !== "unknown").join(" ");
  return {
    ...quick,
    os: quick.os || distribution,
    cpuModel: quick.cpuModel ?? ([cpu.manufacturer, cpu.brand].filter(Boolean).join(" ") || null),
    physicalCpus: quick.physicalCpus ?? (cpu.physicalCores || null),
    virtualization: system.virtual ? system.virtualHost || "virtual machine" : null,
  };
}

const isElsewhere = ({ host }: Roots) => host !== undefined && host !== "";

/** Of a recorded host the name of this system, on which its files are read. */
function osName(roots: Roots): string {
  const known = roots.host === undefined ? { ...roots, host: "" } : roots;
  const text = hostText(known, "/etc/os-release") ?? hostText(known, "/usr/lib/os-release") ?? "";
  return /^PRETTY_NAME="?([^"\n]*)"?/m.exec(text)?.[1] ?? "";
}

function memoryOf({ proc }: Roots): number {
  const kibibytes = /^MemTotal:\s+(\d+)/m.exec(readText(`${proc}/meminfo`) ?? "")?.[1];
  return kibibytes === undefined ? totalmem() : Number(kibibytes) * 1024;
}

function addresses(): HostFacts["addresses"] {
  return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ interface: name, address })),
  );
}
