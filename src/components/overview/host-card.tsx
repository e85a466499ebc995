import { Card } from "~/components/ui/card";
import { formatDuration, formatText } from "~/domain/format-value";
import type { OverviewProps } from "./overview-props";

/** The machine's facts and its logged-in users. */
export function HostCard({ host, now }: { host: OverviewProps["host"]; now: number }) {
  const addresses = host.addresses.filter(({ address }) => address !== "127.0.0.1" && address !== "::1");
  const facts: [string, string][] = [
    ["System", host.os],
    ["Kernel", `${host.kernel}, ${host.architecture}`],
    ["CPU", `${host.cpuModel ?? "unknown"}, ${host.physicalCpus ?? host.logicalCpus} cores, ${host.logicalCpus} threads`],
    ["Memory", formatText(host.memoryBytes, "By")],
    ["Virtualization", host.virtualization ?? "none"],
    ["Up for", formatDuration((now - host.bootTime) / 1000)],
    ["Addresses", addresses.map(({ interface: name, address }) => `${name} ${address}`).join(", ") || "none"],
    [
      "Users",
      host.users.map(({ name, terminal, from }) => `${name} on ${terminal}${from ? ` from ${from}` : ""}`).join(", ") ||
        "nobody is logged in",
    ],
  ];
  if (host.notMeasured.length > 0)
    facts.push(["Not read", host.notMeasured.map(({ what, reason }) => `${what}: ${reason}`).join("; ")]);
  return (
    <Card title="Machine" note={host.name}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="truncate" title={value} suppressHydrationWarning>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
