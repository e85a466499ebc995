import type { Collector } from "./collector";

/** What Hostscope costs the machine: all its threads, no children. */
export function openSelf(): Collector {
  return {
    name: "self",
    collect: () => {
      const { user, system } = process.cpuUsage();
      return [
        { metric: "hostscope.cpu.time", value: (user + system) / 1e6 },
        { metric: "hostscope.memory.usage", value: process.memoryUsage.rss() },
      ];
    },
  };
}
