import { readFileSync } from "node:fs";
import { arch, cpus, hostname, networkInterfaces, release, totalmem, uptime } from "node:os";
import si from "systeminformation";
import type { HostFacts } from "~/domain/host";
import type { Roots } from "./collector";
import { countPhysicalCores } from "./cpu";
import { readBootTime } from "./procfs";

/** Facts that the kernel and Node know without starting a program. */
export function quickHostFacts(roots: Roots): HostFacts {
  const model = cpus()[0]?.model.trim();
  return {
    name: hostname(),
    os: osName(),
    kernel: release(),
    architecture: arch(),
    cpuModel: model && model !== "unknown" ? model : null,
    logicalCpus: cpus().length,
    physicalCpus: countPhysicalCores(roots.sys),
    memoryBytes: totalmem(),
    bootTime: readBootTime(roots) ?? Math.round(Date.now() - uptime() * 1000),
    addresses: addresses(),
    virtualization: null,
  };
}

/** The same, completed by systeminformation. It starts other programs, so it runs once. */
export async function fullHostFacts(roots: Roots): Promise<HostFacts> {
  const quick = quickHostFacts(roots);
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

function osName(): string {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return /^PRETTY_NAME="?([^"\n]*)"?/m.exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

function addresses(): HostFacts["addresses"] {
  return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ interface: name, address })),
  );
}
