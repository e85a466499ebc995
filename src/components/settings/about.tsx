"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";

/** Hostscope's own health and resource use. */
export function About() {
  const { settings, overview } = useWords();
  const { about: words } = settings;
  const { checks: names } = overview;
  const format = useFormat();
  const trpc = useTRPC();
  const { store } = useLive();
  const { basePath } = usePageFacts();
  const { data, error, refetch } = useQuery({ ...trpc.health.get.queryOptions(), staleTime: 0 });
  const { data: storage } = useQuery(trpc.storage.size.queryOptions());
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.loading} height={240} />;
  const facts: [string, string][] = [
    [words.version, data.version],
    [words.uptime, format.duration(data.uptimeSeconds)],
    [words.cpu, words.ofCore(format.text(store.current("hostscope.cpu.time"), "1"))],
    [words.memory, format.text(store.current("hostscope.memory.usage"), "By")],
    [words.collection, format.text(store.current("hostscope.sample.duration"), "s")],
    [words.database, storage ? format.text(storage.bytes, "By") : "…"],
    [words.licence, "MIT"],
  ];
  return (
    <>
      <Card title="Hostscope" note={data.status === "ok" ? words.healthy : words.unhealthy}>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="numbers">{value}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-2 text-muted">
          {words.privacy} {/* Not a page of the app: the browser opens it. */}
          <a className="underline underline-offset-2" href={`${basePath}/docs`}>
            {words.documentation}
          </a>
        </p>
      </Card>
      <Card title={words.checks}>
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
                  <strong className="font-semibold">{names[name] ?? name}</strong>: {status === "ok" ? words.ok : detail}
                </span>
              </li>
            );
          })}
        </ul>
      </Card>
    </>
  );
}
