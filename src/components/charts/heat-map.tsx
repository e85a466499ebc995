"use client";

import { useTheme } from "next-themes";
import { useEffect, useRef, useState } from "react";
import { Card } from "~/components/ui/card";
import { usePrinting } from "~/components/view/use-printing";
import { useClock } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { ChartModel } from "./prepare";

type Lines = Extract<ChartModel, { kind: "lines" }>;

const HEIGHT = 142;
const STEPS = 8;

interface HeatMapProps {
  title: string;
  note: string;
  model: ChartModel;
  onPick: (at: number) => void;
}

/** One row per series and one column per time stamp, for machines with many cores. The scale ends at 1. */
export function HeatMap({ title, note, model, onPick }: HeatMapProps) {
  const [said, setSaid] = useState<string | null>(null);
  return (
    <Card title={title} note={said ?? note} aside={<Scale />}>
      <figure aria-label={model.kind === "lines" ? model.summary : `${title}: ${model.reason}`}>
        {model.kind === "lines" ? (
          <HeatCanvas model={model} onPick={onPick} onSay={setSaid} />
        ) : (
          <p role="status" className="flex h-[170px] items-center justify-center text-[12.5px] text-muted">
            {model.reason}
          </p>
        )}
      </figure>
    </Card>
  );
}

function Scale() {
  return (
    <span className="flex items-center gap-1.5 text-[12.5px] text-muted" aria-hidden="true">
      0 %
      <span className="h-2 w-16 rounded-[2px] bg-linear-to-r from-hover to-series-blue" />
      100 %
    </span>
  );
}

function draw(canvas: HTMLCanvasElement, model: Lines): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const style = getComputedStyle(document.documentElement);
  const width = canvas.clientWidth;
  const ratio = window.devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  context.scale(ratio, ratio);
  const row = HEIGHT / model.series.length;
  const { from, to } = model.range;
  const x = (time: number) => ((time - from) / (to - from)) * width;
  const blue = style.getPropertyValue("--series-blue");
  context.fillStyle = style.getPropertyValue("--hover");
  context.fillRect(0, 0, width, HEIGHT);
  context.fillStyle = blue;
  model.series.forEach(({ raw }, place) => {
    raw.forEach((value, index) => {
      if (value === null) return;
      const start = x(model.times[index] ?? 0);
      const next = model.times[index + 1];
      const end = next === undefined ? start + 2 : x(next);
      context.globalAlpha = Math.min(1, Math.round(value * STEPS) / STEPS);
      context.fillRect(start, place * row, Math.max(1, end - start + 0.3), Math.max(1, row - 1));
    });
  });
}

interface HeatCanvasProps {
  model: Lines;
  onPick: (at: number) => void;
  onSay: (text: string | null) => void;
}

function HeatCanvas({ model, onPick, onSay }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { resolvedTheme } = useTheme();
  const printing = usePrinting();
  const { show } = useClock();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours, and so has paper.
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    draw(element, model);
    const observer = new ResizeObserver(() => draw(element, model));
    observer.observe(element);
    return () => observer.disconnect();
  }, [model, resolvedTheme, printing]);
  const timeAt = (share: number) => model.range.from + share * (model.range.to - model.range.from);
  return (
    <>
      <canvas
        ref={canvas}
        className="block w-full cursor-crosshair rounded-[4px]"
        style={{ height: HEIGHT }}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const time = timeAt((event.clientX - box.left) / box.width);
          const place = Math.floor(((event.clientY - box.top) / box.height) * model.series.length);
          const one = model.series[place];
          const index = model.times.findLastIndex((at) => at <= time);
          if (one) onSay(`${one.label}, ${show(time * 1000, "time")}: ${formatText(one.raw[index], model.unit)}`);
        }}
        onPointerLeave={() => onSay(null)}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          onPick(timeAt((event.clientX - box.left) / box.width) * 1000);
        }}
      />
      <p className="numbers flex h-[28px] items-end justify-between text-[12px] text-muted">
        <span>{show(model.range.from * 1000, "time")}</span>
        <span>{model.series.length} cores, the first on top</span>
        <span>{show(model.range.to * 1000, "time")}</span>
      </p>
    </>
  );
}
