"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { formatDuration, formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";

/** Hostscope's own health and resource use. */
export function About() {
  const trpc = useTRPC();
  const { store } = useLive();
  const { data, error, refetch } = useQuery({ ...trpc.health.get.queryOptions(), staleTime: 0 });
  const { data: storage } = useQuery(trpc.storage.size.queryOptions());
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="Hostscope's health" height={240} />;
  const facts: [string, string][] = [
    ["version", data.version],
    ["running for", formatDuration(data.uptimeSeconds)],
    ["its own CPU", `${formatText(store.current("hostscope.cpu.time"), "1")} of a core`],
    ["its own memory", formatText(store.current("hostscope.memory.usage"), "By")],
    ["a sample takes", formatText(store.current("hostscope.sample.duration"), "s")],
    ["database", storage ? formatText(storage.bytes, "By") : "…"],
    ["licence", "MIT"],
  ];
  return (
    <>
      <Card title="Hostscope" note={data.status === "ok" ? "all is well" : "something needs help"}>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="numbers">{value}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-2 text-muted">It calls nobody: no account, no cloud, no look for updates.</p>
      </Card>
      <Card title="Checks">
        <ul className="flex flex-col gap-1.5">
          {data.checks.map(({ name, status, detail }) => {
            const Icon = status === "ok" ? CircleCheck : TriangleAlert;
            return (
              <li key={name} className="flex gap-2">
                <Icon
                  size={15}
                  aria-hidden="true"
                  className={`mt-[3px] shrink-0 ${status === "ok" ? "text-ok" : "text-warning"}`}
                />
                <span>
                  <strong className="font-semibold">{name}</strong> {status}: {detail}
                </span>
              </li>
            );
          })}
        </ul>
      </Card>
    </>
  );
}
