"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { Meter } from "~/components/ui/meter";
import { useNetworkRate, usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { shownPodContainer } from "~/domain/container";
import type { ContainerRow, ContainerUsage } from "~/domain/container-usage";
import type { ContainerSort } from "./container-rows";

const TABLET = "max-[759px]:hidden";
const WIDE = "max-[1199px]:hidden";

/** A phone shows name, CPU and memory; state is below the name there. */
export const COLUMNS: readonly { key: ContainerSort; shown: string; right: boolean }[] = [
  { key: "name", shown: "", right: false },
  { key: "state", shown: TABLET, right: false },
  { key: "cpu", shown: "", right: true },
  { key: "memory", shown: "", right: true },
  { key: "io", shown: WIDE, right: true },
  { key: "network", shown: WIDE, right: true },
  { key: "restarts", shown: TABLET, right: true },
];

export const GRID =
  "grid gap-3 grid-cols-[minmax(0,1fr)_84px_96px] min-[760px]:grid-cols-[minmax(0,1fr)_150px_120px_150px_72px] min-[1200px]:grid-cols-[minmax(0,1fr)_150px_120px_150px_170px_170px_72px]";

/** Where the browser does not draw rows outside of the view, they keep this height. */
const ROW = "[content-visibility:auto] [contain-intrinsic-size:auto_56px]";

/** A container; leads to its processes where it runs. */
export function ContainerLine({ row }: { row: ContainerRow }) {
  const { containers: words } = useWords();
  const link = usePageLink();
  const name = shownPodContainer(row);
  const about = [row.image, row.project].filter(Boolean).join(" · ");
  return (
    <div
      role="row"
      className={`${GRID} ${ROW} relative items-center border-b border-line px-4 py-2 last:border-0 ${row.usage ? "hover:bg-hover" : "text-muted"}`}
    >
      <Cell shown="">
        <p className="truncate font-medium" title={name}>
          {row.usage ? (
            <Link
              href={link(`/processes?q=${encodeURIComponent(`container:${row.id}`)}`)}
              prefetch={false}
              title={words.processes(name)}
              className="block min-h-[24px] truncate leading-[24px] after:absolute after:inset-0"
            >
              {name}
            </Link>
          ) : (
            name
          )}
        </p>
        <p className="truncate text-[12.5px] text-muted" title={about}>
          {about === "" ? (row.runtime ?? "–") : about}
        </p>
        <p className="text-[12.5px] min-[760px]:hidden">
          <State row={row} />
        </p>
      </Cell>
      <Cell shown={TABLET}>
        <State row={row} />
      </Cell>
      <Cpu usage={row.usage} />
      <Memory usage={row.usage} />
      <Traffic row={row} />
      <Cell shown={TABLET} right>
        <span className={row.restarts !== null && row.restarts > 0 ? "text-warning" : ""}>{row.restarts ?? "–"}</span>
      </Cell>
    </div>
  );
}

function Cell({ shown, right = false, children }: { shown: string; right?: boolean; children: ReactNode }) {
  return (
    <div role="cell" className={`min-w-0 ${right ? "numbers text-right" : ""} ${shown}`}>
      {children}
    </div>
  );
}

const HEALTH_COLOR = { healthy: "text-ok", unhealthy: "text-critical", starting: "text-info" } as const;

function State({ row: { state, exitCode, health } }: { row: ContainerRow }) {
  const { containers: words } = useWords();
  if (state === null) return "–";
  const failed = state === "dead" || state === "restarting" || (state === "exited" && exitCode !== null && exitCode !== 0);
  return (
    <>
      <span className={failed ? "text-warning" : ""}>
        {state === "exited" && exitCode !== null ? words.exited(String(exitCode)) : words.states[state]}
      </span>
      {health !== null && <span className={HEALTH_COLOR[health]}> · {words.health[health]}</span>}
    </>
  );
}

/** Held up for less of the time than this is no trouble. */
const THROTTLED_FROM = 0.01;

function Cpu({ usage }: { usage: ContainerUsage | null }) {
  const { containers: words } = useWords();
  const format = useFormat();
  const throttled = usage?.throttled ?? 0;
  return (
    <Cell shown="" right>
      <p>{format.text(usage?.cpu, "1")}</p>
      {usage?.cpuLimit != null && <Small text={words.cpuOf(format.limit(usage.cpuLimit, "1"))} />}
      {throttled >= THROTTLED_FROM && <Small text={words.throttled(format.text(throttled, "1"))} color="text-warning" />}
    </Cell>
  );
}

/** From these shares of its limit on. */
const MEMORY_WARNING = 0.9;
const MEMORY_CRITICAL = 0.95;

function Memory({ usage }: { usage: ContainerUsage | null }) {
  const { containers: words } = useWords();
  const format = useFormat();
  const share = usage?.memoryUtilization ?? null;
  return (
    <Cell shown="" right>
      <p>{format.text(usage?.memoryBytes, "By")}</p>
      {usage?.memoryLimit != null && <Small text={words.memoryOf(format.text(usage.memoryLimit, "By"))} />}
      {share !== null && (
        <div className="mt-1">
          <Meter share={share} severity={share >= MEMORY_CRITICAL ? "critical" : share >= MEMORY_WARNING ? "warning" : "ok"} />
        </div>
      )}
    </Cell>
  );
}

function Traffic({ row: { usage } }: { row: ContainerRow }) {
  const { containers: words } = useWords();
  const format = useFormat();
  const { unit, scale } = useNetworkRate();
  const rate = (bytes: number | null | undefined) => format.text(bytes == null ? null : bytes * scale, unit);
  return (
    <>
      <Cell shown={WIDE} right>
        <Pair first={format.text(usage?.readBytesPerSecond, "By/s")} second={format.text(usage?.writeBytesPerSecond, "By/s")} />
      </Cell>
      <Cell shown={WIDE} right>
        <Pair first={rate(usage?.receiveBytesPerSecond)} second={rate(usage?.transmitBytesPerSecond)} />
        {usage?.networkSharedBy != null && (
          <p className="truncate text-[12.5px] text-muted" title={words.sharedHelp}>
            {words.shared(format.text(usage.networkSharedBy, ""))}
          </p>
        )}
      </Cell>
    </>
  );
}

function Small({ text, color = "text-muted" }: { text: string; color?: string }) {
  return (
    <p className={`truncate text-[12.5px] ${color}`} title={text}>
      {text}
    </p>
  );
}

/** Two readings below each other, so that those of a column align. */
function Pair({ first, second }: { first: string; second: string }) {
  if (first === "–" && second === "–") return <p>–</p>;
  return (
    <>
      <p>{first}</p>
      <p className="text-muted">{second}</p>
    </>
  );
}
