"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Meter } from "~/components/ui/meter";
import { Failure, Skeleton } from "~/components/ui/states";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "~/components/ui/table";
import { useClock } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { type Format, useFormat, useWords } from "~/components/words/words-provider";
import { wholeDuration } from "~/domain/whole-units";
import { type Answers, useTRPC } from "~/trpc/browser";

const CELL = "numbers !px-0 !py-1.5 text-text whitespace-nowrap";
const HEADER = "!px-0 !py-1 text-left text-[12.5px] font-normal text-muted";

type Forecast = Answers["storage"]["size"]["forecast"];

function forecastText({ steadyBytes, daysUntilMax }: Forecast, words: Words["settings"]["storage"], format: Format): string {
  if (steadyBytes === null) return words.unknown;
  if (daysUntilMax === null) return words.steady(format.text(steadyBytes, "By"));
  return words.full(format.count(Math.round(daysUntilMax), words.days));
}

/** The size of the history, and the size it will reach. */
export function StorageCard() {
  const { settings } = useWords();
  const words = settings.storage;
  const format = useFormat();
  const trpc = useTRPC();
  const { show } = useClock();
  const { data, error, refetch } = useQuery({ ...trpc.storage.size.queryOptions(), staleTime: 0 });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.loading} height={320} />;
  const { forecast, disk } = data;
  const kept = (seconds: number) => {
    const { count, unit } = wholeDuration(seconds);
    return format.count(count, settings.units[unit]);
  };
  const bytes = (value: number) => format.text(value, "By");
  return (
    <Card title={words.title}>
      <p className="mb-2">
        {words.size(bytes(data.bytes), bytes(data.maxBytes), bytes(data.freeBytes))} {forecastText(forecast, words, format)}
      </p>
      <Meter share={data.bytes / data.maxBytes} severity="ok" />
      <p className="mt-2 text-muted">
        {disk.freeBytes === null ? words.diskUnknown : words.diskFree(bytes(disk.freeBytes))}
        {!disk.writable && <span className="ml-2 text-critical">{words.readOnly}</span>}
      </p>
      <div className="mt-3 overflow-x-auto">
        <div className="min-w-[480px]">
          <Table>
            <TableHead>
              <TableRow>
                {[words.kind, words.bytes, words.kept, words.oldest].map((name) => (
                  <TableHeaderCell key={name} className={HEADER}>
                    {name}
                  </TableHeaderCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {data.tiers.map((tier) => (
                <TableRow key={tier.name}>
                  <TableCell className={CELL}>{words.tiers[tier.name]}</TableCell>
                  <TableCell className={CELL}>{bytes(tier.bytes)}</TableCell>
                  <TableCell className={CELL}>{kept(tier.keepSeconds)}</TableCell>
                  <TableCell className={CELL}>{tier.oldest === null ? "–" : show(Date.parse(tier.oldest))}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </div>
    </Card>
  );
}
