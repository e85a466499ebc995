"use client";

import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { Sparkline } from "~/components/charts/sparkline";
import { useMachineLink } from "~/components/view/machine-link";
import { useClock, useNetworkRate } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { roughTime } from "~/domain/rough-time";
import { AlertCounts } from "./alert-counts";
import type { ColumnKey, MachineRow } from "./columns";
import { isFullSoon, LEVEL_COLOR, levelOf } from "./level";
import { ownPages } from "./own-pages";

interface CellProps {
  machine: MachineRow;
  /** When the values were read, epoch milliseconds. */
  asOf: number;
  /** On a phone the state is below the name. */
  narrow: boolean;
}

const SMALL = "truncate text-[12px] leading-[16px] text-muted";

function NameCell({ machine, asOf, narrow }: CellProps) {
  const { machines: words } = useWords();
  const link = useMachineLink();
  const { name, labels } = machine;
  const own = narrow ? null : ownPages(machine.url);
  const values = Object.values(labels).filter((value) => value !== "");
  return (
    <>
      <span className="flex min-w-0 items-center">
        <a href={link(name)} title={name} className="block min-w-[24px] truncate leading-[24px] font-medium hover:underline">
          {name}
        </a>
        {own !== null && (
          <a
            href={own}
            target="_blank"
            rel="noreferrer"
            aria-label={words.openOn(name)}
            title={words.openOn(name)}
            className="flex size-6 shrink-0 items-center justify-center rounded-[6px] text-muted hover:bg-hover hover:text-text"
          >
            <ExternalLink size={13} aria-hidden="true" />
          </a>
        )}
      </span>
      {narrow ? (
        <p className="truncate text-[12px] leading-[16px]">
          <State machine={machine} asOf={asOf} />
        </p>
      ) : (
        values.length > 0 && (
          <p className={SMALL} title={values.join(" · ")}>
            {values.join(" · ")}
          </p>
        )
      )}
    </>
  );
}

const STATE_COLOR = { up: "text-muted", late: "text-warning", silent: "text-critical" } as const;

/** Whole minutes from the first on: the seconds would be those of the last refresh. */
const wholeMinutes = (seconds: number) => (seconds < 60 ? Math.round(seconds) : Math.floor(seconds / 60) * 60);

function State({ machine: { state, lastSampleAt }, asOf }: Pick<CellProps, "machine" | "asOf">) {
  const { machines: words } = useWords();
  const format = useFormat();
  const { show } = useClock();
  const at = Date.parse(lastSampleAt);
  const age = format.duration(wholeMinutes(Math.max(0, asOf - at) / 1000));
  return (
    <span className={STATE_COLOR[state]} title={words.lastSample(show(at))} suppressHydrationWarning>
      {state === "silent" ? words.silentFor(age) : words.states[state]}
    </span>
  );
}

function Share({ share }: { share: number | null }) {
  const format = useFormat();
  return <span className={LEVEL_COLOR[levelOf(share)]}>{format.text(share, "1")}</span>;
}

function DiskCell({ machine: { disk } }: CellProps) {
  const { machines: words } = useWords();
  if (!disk) return "–";
  const full = disk.fullInSeconds === null ? null : words.full(roughTime(disk.fullInSeconds));
  return (
    <>
      <p>
        <Share share={disk.used} />
      </p>
      <p className="flex justify-end gap-1.5 text-[12px] leading-[16px] text-muted">
        <span className="truncate" title={disk.mountpoint}>
          {disk.mountpoint}
        </span>
        {full !== null && (
          <span className={`shrink-0 ${isFullSoon(disk.fullInSeconds) ? "text-critical" : "text-warning"}`}>{full}</span>
        )}
      </p>
    </>
  );
}

function NetworkCell({ machine: { network } }: CellProps) {
  return useNetworkRate().show(network);
}

function PressureCell({ machine: { pressure } }: CellProps) {
  const { resources } = useWords().machines;
  if (!pressure) return "–";
  return (
    <>
      <p>
        <Share share={pressure.share} />
      </p>
      <p className={SMALL}>{resources[pressure.resource] ?? pressure.resource}</p>
    </>
  );
}

function AlertsCell({ machine: { name, alerts } }: CellProps) {
  const { machines: words } = useWords();
  const link = useMachineLink();
  if (alerts.critical + alerts.warning + alerts.info === 0) return null;
  return (
    <a
      href={link(name)}
      title={words.alertsOf(name)}
      className="inline-flex min-h-[24px] min-w-[24px] items-center hover:underline"
    >
      <AlertCounts alerts={alerts} />
    </a>
  );
}

function ContributorCell({ machine: { name, contributor } }: CellProps) {
  const { machines: words } = useWords();
  const format = useFormat();
  const link = useMachineLink();
  if (!contributor) return "–";
  const { program, user, measure, value } = contributor;
  const used = measure === "cpu" ? words.cores(format.text(value, "")) : format.text(value, "By").replace(" ", "\u00a0");
  const text = words.contributor(program, user, used);
  return (
    <a href={link(name)} title={text} className="flex min-h-[24px] items-center leading-[18px] hover:underline">
      <span className="line-clamp-2 break-words">{text}</span>
    </a>
  );
}

const CELLS: Record<ColumnKey, (props: CellProps) => ReactNode> = {
  name: NameCell,
  state: State,
  cpu: ({ machine }) => <Share share={machine.cpu} />,
  history: ({ machine }) => <Sparkline values={machine.cpuHistory} color="--series-blue" max={1} />,
  memory: ({ machine }) => <Share share={machine.memory} />,
  disk: DiskCell,
  network: NetworkCell,
  pressure: PressureCell,
  alerts: AlertsCell,
  contributor: ContributorCell,
  version: ({ machine }) => <span title={machine.version ?? undefined}>{machine.version ?? "–"}</span>,
};

/** What a column shows of a machine. */
export function MachineCell({ column, ...props }: CellProps & { column: ColumnKey }) {
  const Cell = CELLS[column];
  return <Cell {...props} />;
}
