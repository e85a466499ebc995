import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";

const EVERY_MS = 60_000;

/** What is not as it usually is at this hour. Nothing while all is. */
export function UnusualCard() {
  const trpc = useTRPC();
  const format = useFormat();
  const link = usePageLink();
  const { unusual } = useWords().overview;
  const { data } = useQuery({ ...trpc.metrics.unusual.queryOptions(), refetchInterval: EVERY_MS });
  if (!data || data.length === 0) return null;
  return (
    <Card title={unusual.title} href={link("/performance")} note={unusual.note}>
      <ul className="flex flex-col gap-1 text-[13px]">
        {data.map(({ name, value, unit, band: { low, high, basis, times } }) => (
          <li key={name}>
            <span className="font-medium">
              {unusual.names[name] ?? name} {format.text(value, unit)}
            </span>
            , {unusual.usual(format.text(low, unit), format.text(high, unit))}
            <span className="text-muted"> ({basis === "hour of the week" ? unusual.weeks(times) : unusual.days(times)})</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
