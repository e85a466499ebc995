import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";

const EVERY_MS = 60_000;

/** What is not as it usually is at this hour. Nothing while all is. */
export function UnusualCard() {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.metrics.unusual.queryOptions(), refetchInterval: EVERY_MS });
  if (!data || data.length === 0) return null;
  return (
    <Card title="Unusual now" note="mean of 10 minutes">
      <ul className="flex flex-col gap-1 text-[13px]">
        {data.map(({ name, value, unit, words, band: { basis, times } }) => (
          <li key={name}>
            <span className="font-medium">
              {name} {formatText(value, unit)}
            </span>
            , {words}
            <span className="text-muted"> ({basis === "hour of the week" ? `${times} weeks` : `${times} days`})</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
