"use client";

import { Activity, Clock, Flag, Layers, type LucideIcon, Plus, Power, Settings2, Skull, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { lazyPart } from "~/components/ui/lazy-part";
import { Popover } from "~/components/ui/popover";
import { useMayChange } from "~/components/view/role";
import { useClock, usePageLink } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { type Format, useFormat, useWords } from "~/components/words/words-provider";
import type { Annotation } from "./annotations";
import { countKinds, type EventGroup, groupEvents, type LaneRange, signOf } from "./event-groups";
import { eventText } from "./event-text";
import { highlightMoments } from "./highlight";
import { PLOT } from "./use-plot";

const MarkForm = lazyPart(() => import("./mark-form").then(({ MarkForm: loaded }) => loaded));

const SIGNS: Readonly<Record<ReturnType<typeof signOf>, { icon: LucideIcon; color: string }>> = {
  critical: { icon: TriangleAlert, color: "text-critical" },
  warning: { icon: TriangleAlert, color: "text-warning" },
  info: { icon: TriangleAlert, color: "text-info" },
  kernel: { icon: Skull, color: "text-text" },
  boot: { icon: Power, color: "text-text" },
  note: { icon: Flag, color: "text-series-blue" },
  configuration: { icon: Settings2, color: "text-muted" },
  clock: { icon: Clock, color: "text-muted" },
  start: { icon: Activity, color: "text-muted" },
  mixed: { icon: Layers, color: "text-text" },
};

const MOST_LISTED = 50;

function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}

interface LaneProps {
  events: readonly Annotation[];
  range: LaneRange;
  /** The classes of the grid of charts below. */
  grid: string;
}

/** One lane for all that happened in the range of a page, above its charts: a moment is where the charts of the first column have it. */
export function EventLane({ events, range, grid }: LaneProps) {
  const { charts } = useWords();
  const format = useFormat();
  const mayMark = useMayChange();
  const { element, width } = useWidth();
  const groups = groupEvents(events, range, width);
  return (
    <section aria-label={charts.lane.title} className="relative rounded-[10px] border border-line bg-card">
      <div className={`-mx-px ${grid}`}>
        <div className="flex h-[36px] items-center border-x border-transparent px-4">
          <h2 className="shrink-0 truncate text-[12.5px] text-muted" style={{ width: PLOT.left }}>
            {charts.lane.title}
          </h2>
          <div
            ref={element}
            className="relative h-[24px] min-w-0 flex-1"
            style={{ marginRight: PLOT.right }}
            data-testid="event-lane"
          >
            <div className="absolute inset-x-0 top-1/2 border-t border-line" />
            {groups.map((group) => (
              <Sign key={`${group.events[0]?.id} ${group.events.length}`} group={group} laneWidth={width} />
            ))}
            {width > 0 && groups.length === 0 && (
              <p className="absolute inset-y-0 left-0 bg-card pr-2 text-[12.5px] leading-[24px] text-muted">{charts.lane.none}</p>
            )}
          </div>
        </div>
        <p className="numbers truncate pr-14 pl-4 text-[12.5px] leading-[36px] text-muted max-[899px]:hidden">
          {kindsText(
            groups.flatMap((group) => group.events),
            charts,
            format,
          )}
        </p>
      </div>
      {mayMark && (
        <div className="absolute inset-y-0 right-3 flex items-center">
          <Popover
            label={charts.marks.addNow}
            button={<Plus size={15} aria-hidden="true" />}
            buttonClass="!h-[28px] !w-[28px] justify-center !px-0 !border-transparent"
          >
            {(close) => (
              <div className="w-[300px] max-w-full">
                <MarkForm onDone={close} />
              </div>
            )}
          </Popover>
        </div>
      )}
    </section>
  );
}

/** "10 alerts, 2 marks, 1 boot". */
function kindsText(events: readonly Annotation[], { lane }: Words["charts"], format: Format): string {
  return countKinds(events)
    .map(({ kind, count }) => format.count(count, lane.counted[kind]))
    .join(", ");
}

function Sign({ group, laneWidth }: { group: EventGroup; laneWidth: number }) {
  const { charts } = useWords();
  const format = useFormat();
  const { show } = useClock();
  const { events, left, width } = group;
  const [first] = events;
  // A sign that goes while the pointer is on it is not left.
  useEffect(() => () => highlightMoments([]), []);
  if (!first) return null;
  const { icon: Icon, color } = SIGNS[signOf(events)];
  const isOne = events.length === 1;
  const label = isOne ? `${eventText(first, charts)}, ${show(first.from)}` : kindsText(events, charts, format);
  const light = () => highlightMoments(events.map(({ from }) => from));
  const dim = () => highlightMoments([]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shows on the charts what the button inside stands for.
    <div
      className="absolute top-0"
      data-testid="event-sign"
      style={{ left, width }}
      onPointerEnter={light}
      onPointerLeave={dim}
      onFocus={light}
      onBlur={dim}
    >
      <Popover
        label={label}
        align={left > laneWidth / 2 ? "right" : "left"}
        opensOnFocus
        buttonClass={`!h-[24px] w-full justify-center !gap-1 !rounded-[6px] !px-0 ${color}`}
        button={
          <>
            <Icon size={13} aria-hidden="true" />
            {!isOne && <span className="numbers text-[11px]">{events.length}</span>}
          </>
        }
      >
        {() => <EventList events={events} />}
      </Popover>
    </div>
  );
}

/** Newest first. */
function EventList({ events }: { events: readonly Annotation[] }) {
  const { charts } = useWords();
  const { show } = useClock();
  const link = usePageLink();
  const listed = events.toReversed().slice(0, MOST_LISTED);
  return (
    <div className="max-h-[50dvh] w-[340px] max-w-full overflow-y-auto text-[13px] text-text">
      <ul>
        {listed.map((event) => (
          <li key={event.id} className="border-t border-line py-1.5 first:border-0">
            <time dateTime={new Date(event.from).toISOString()} className="numbers block text-[12px] text-muted">
              {show(event.from)}
              {" · "}
              {charts.kinds[event.kind]}
            </time>
            {event.href ? (
              <Link href={link(event.href)} prefetch={false} className="break-words underline underline-offset-2">
                {event.text}
              </Link>
            ) : (
              <span className="break-words">{eventText(event, charts)}</span>
            )}
          </li>
        ))}
      </ul>
      {events.length > MOST_LISTED && <p className="pt-1 text-muted">{charts.lane.more(events.length - MOST_LISTED)}</p>}
    </div>
  );
}
