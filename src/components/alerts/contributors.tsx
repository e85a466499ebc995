"use client";

import { type Format, useFormat, useWords } from "~/components/words/words-provider";
import type { Alert } from "~/domain/alert";
import type { Contributor } from "~/domain/contributor";

type Told = Pick<Alert, "coverage" | "refusal"> & { cause: readonly Omit<Contributor, "startedAt">[] };
type One = Told["cause"][number];

/** Who explains it, each with how much and what else is known, and what they explain together. */
export function Contributors({ cause, coverage, refusal }: Told) {
  const { contributors: words } = useWords().alerts;
  const format = useFormat();
  const [first] = cause;
  if (!first && refusal === null) return null;
  const changed = cause.some(({ change }) => change !== null && change !== 0);
  // What several measures count is told with the measure.
  const mixed = new Set(cause.map(({ measure }) => measure)).size > 1;
  return (
    <div className="text-[13px]">
      {refusal !== null && <p>{refusal}</p>}
      {first && (
        <table className="w-full border-collapse">
          <caption className="sr-only">{words.caption}</caption>
          <thead className="text-[12.5px] text-muted">
            <tr>
              <th className="py-1 text-left font-normal">{words.name}</th>
              <th className="py-1 pl-3 text-right font-normal">{words.share}</th>
              <th className="py-1 pl-3 text-right font-normal">{words.amount}</th>
              {changed && (
                <th className="py-1 pl-3 text-right font-normal" title={words.changeHint}>
                  {words.change}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {cause.map((one) => (
              <ContributorRow key={`${one.kind} ${one.name} ${one.pid}`} one={one} changed={changed} mixed={mixed} />
            ))}
          </tbody>
        </table>
      )}
      {refusal === null && coverage !== null && first && (
        <p className="border-t border-line pt-1 text-muted">
          {words.explained(format.text(Math.min(1, coverage), "1"), words.measures[first.measure])}
        </p>
      )}
    </div>
  );
}

/** "1.6 cores", "4.1 GiB/s", "1.69k processes" */
function amountOf(value: number, unit: string, { format, units }: { format: Format; units: Readonly<Record<string, string>> }) {
  const counted = units[unit];
  return counted === undefined ? format.text(value, unit) : `${format.text(value, "")} ${counted}`;
}

function ContributorRow({ one, changed, mixed }: { one: One; changed: boolean; mixed: boolean }) {
  const { contributors: words } = useWords().alerts;
  const format = useFormat();
  const { name, pid, user, startedBy, processes, share, measure, value, unit, change, command, evidence } = one;
  const about = [
    pid !== null && words.pid(pid),
    startedBy ? words.startedBy(startedBy) : user,
    processes > 1 && format.count(processes, words.processes),
  ];
  const amount = (of: number) => amountOf(of, unit, { format, units: words.units });
  return (
    <tr className="border-t border-line align-baseline">
      <td className="py-1" title={command}>
        <span className="break-words">
          <strong className="font-semibold">{name}</strong> <span className="text-muted">{about.filter(Boolean).join(", ")}</span>
        </span>
        {evidence.map((text) => (
          <span key={text} className="block break-words text-muted">
            {text}
          </span>
        ))}
      </td>
      <td
        className="numbers py-1 pl-3 text-right whitespace-nowrap"
        title={`${format.text(share, "1")} ${words.measures[measure]}`}
      >
        {mixed ? `${format.text(share, "1")} ${words.measures[measure]}` : format.text(share, "1")}
      </td>
      <td className="numbers py-1 pl-3 text-right whitespace-nowrap">{amount(value)}</td>
      {changed && (
        <td className="numbers py-1 pl-3 text-right whitespace-nowrap text-muted">
          {change !== null && change !== 0 && `${change > 0 ? "+" : "−"}${amount(Math.abs(change))}`}
        </td>
      )}
    </tr>
  );
}
