import type { ReactNode } from "react";
import { Card } from "~/components/ui/card";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { OverviewProps } from "./overview-props";

interface Fact {
  name: string;
  value: ReactNode;
  /** The header says it where it has room. */
  inHeader?: true;
}

/** The machine's facts and its logged-in users. */
export function HostCard({ host, now }: { host: OverviewProps["host"]; now: number }) {
  const words = useWords().overview.machine;
  const format = useFormat();
  const link = usePageLink();
  const addresses = host.addresses.filter(({ address }) => address !== "127.0.0.1" && address !== "::1");
  const cores = host.physicalCpus ?? host.logicalCpus;
  const virtualization = host.virtualization === null ? [] : [{ name: words.virtualization, value: host.virtualization }];
  const facts: Fact[] = [
    { name: words.system, value: host.os, inHeader: true },
    { name: words.kernel, value: host.kernel, inHeader: true },
    { name: words.uptime, value: format.duration(Math.floor((now - host.bootTime) / 60_000) * 60), inHeader: true },
    { name: words.cpu, value: words.cpuText(host.cpuModel ?? words.unknown, cores, host.logicalCpus) },
    { name: words.memory, value: format.text(host.memoryBytes, "By") },
    { name: words.platform, value: host.architecture },
    ...virtualization,
    {
      name: words.addresses,
      value:
        addresses.length === 0 ? (
          words.none
        ) : (
          <Lines texts={addresses.map(({ interface: name, address }) => `${name} ${address}`)} />
        ),
    },
    {
      name: words.users,
      value:
        host.users.length === 0 ? (
          words.noUsers
        ) : (
          <Lines texts={host.users.map(({ name, terminal, from }) => words.user(name, terminal, from))} />
        ),
    },
  ];
  if (host.notMeasured.length > 0)
    facts.push({
      name: words.notMeasured,
      value: <Lines texts={host.notMeasured.map(({ what, reason }) => `${what}: ${reason}`)} />,
    });
  return (
    <Card title={words.title} href={link("/settings")}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts.map(({ name, value, inHeader }) => (
          <div key={name} className={inHeader ? "contents min-[1100px]:hidden" : "contents"}>
            <dt className="text-muted">{name}</dt>
            <dd className="break-words" suppressHydrationWarning>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Lines({ texts }: { texts: readonly string[] }) {
  return (
    <ul>
      {[...new Set(texts)].map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
