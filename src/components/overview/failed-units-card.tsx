import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { useClock } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";

const EVERY_MS = 15_000;

/** Units of systemd that have failed. Nothing while there are none. */
export function FailedUnitsCard() {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data } = useQuery({ ...trpc.units.failed.queryOptions(), refetchInterval: EVERY_MS });
  if (!data || data.units.length === 0) return null;
  return (
    <Card title="Failed units" note={data.units.length === 1 ? "1 unit" : `${data.units.length} units`}>
      <div className="overflow-x-auto">
        <table className="w-full text-[13px]">
          <thead>
            <tr className="text-left text-muted">
              <th className="py-1 pr-4 font-normal">Unit</th>
              <th className="py-1 pr-4 font-normal">Result</th>
              <th className="py-1 pr-4 font-normal">Since</th>
              <th className="py-1 font-normal">Description</th>
            </tr>
          </thead>
          <tbody>
            {data.units.map(({ unit, name, description, result, since }) => (
              <tr key={unit} className="border-t border-line">
                <td className="py-1 pr-4 font-medium">{name}</td>
                <td className="py-1 pr-4">{result ?? "failed"}</td>
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
