import type { Alert } from "~/domain/alert";
import { amountText, type Contributor, coverageText, MEASURES, percentText } from "~/domain/contributor";

type Told = Pick<Alert, "coverage" | "refusal"> & { cause: readonly Omit<Contributor, "startedAt">[] };

/** Who explains it, each with how much and what else is known, and what they explain together. */
export function Contributors(told: Told) {
  const { cause, refusal } = told;
  const said = coverageText(told);
  if (cause.length === 0 && said === null) return null;
  return (
    <div className="text-[13px]">
      {refusal !== null && <p>{said}</p>}
      <ul aria-label={refusal === null ? "Cause" : "Those that have most"}>
        {cause.map((one) => (
          <ContributorLine key={`${one.kind} ${one.name} ${one.pid}`} one={one} />
        ))}
      </ul>
      {refusal === null && said !== null && <p className="border-t border-line pt-1 text-muted">{said}</p>}
    </div>
  );
}

function ContributorLine({ one }: { one: Told["cause"][number] }) {
  const { name, pid, user, startedBy, processes, share, measure, value, unit, change, command, evidence } = one;
  const about = [
    pid !== null && `pid ${pid}`,
    startedBy ? `started by ${startedBy}` : user,
    processes > 1 && `${processes} processes`,
  ];
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1">
      <span className="min-w-0 flex-1 break-words" title={command}>
        <strong className="font-semibold">{name}</strong> <span className="text-muted">{about.filter(Boolean).join(", ")}</span>
      </span>
      <span className="numbers" title={`${percentText(share)} ${MEASURES[measure]}`}>
        {percentText(share)}
      </span>
      <span className="numbers min-w-[84px] text-right whitespace-nowrap">{amountText(value, unit)}</span>
      {change !== null && change !== 0 && (
        <span className="numbers min-w-[84px] text-right whitespace-nowrap text-muted" title="against the time before">
          {change > 0 ? "+" : "−"}
          {amountText(Math.abs(change), unit)}
        </span>
      )}
      {evidence.map((text) => (
        <span key={text} className="w-full text-muted">
          {text}
        </span>
      ))}
    </li>
  );
}
