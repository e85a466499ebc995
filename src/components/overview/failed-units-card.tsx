import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { useClock, usePageLink } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";

const EVERY_MS = 15_000;

/** Units of systemd that have failed. Nothing while there are none. */
export function FailedUnitsCard() {
  const trpc = useTRPC();
  const { show } = useClock();
  const link = usePageLink();
  const words = useWords().overview.units;
  const { data } = useQuery({ ...trpc.units.failed.queryOptions(), refetchInterval: EVERY_MS });
  if (!data || data.units.length === 0) return null;
  return (
    <Card title={words.title} href={link("/alerts")} note={words.count(data.units.length)}>
      <div className="overflow-x-auto">
        <table className="w-full text-[13px]">
          <thead>
            <tr className="text-left text-muted">
              {[words.unit, words.result, words.since, words.description].map((head) => (
                <th key={head} scope="col" className="py-1 pr-4 font-normal">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.units.map(({ unit, name, description, result, since }) => (
              <tr key={unit} className="border-t border-line">
                <td className="py-1 pr-4 font-medium">{name}</td>
                <td className="py-1 pr-4">{result ?? words.failed}</td>
                <td className="numbers py-1 pr-4 whitespace-nowrap" suppressHydrationWarning>
                  {since === null ? "–" : show(Date.parse(since))}
                </td>
                <td className="py-1 text-muted">{description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
