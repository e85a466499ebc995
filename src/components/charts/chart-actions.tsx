"use client";

import type { RefObject } from "react";
import { useCopy } from "~/components/ui/use-copy";
import type { Words } from "~/components/words/en";
import { useWords } from "~/components/words/words-provider";
import type { LinesModel } from "./prepare";

const ITEM = "block w-full rounded-[8px] px-2.5 py-2 text-left text-[13px] hover:bg-hover";

export interface ChartAction {
  text: string;
  run: () => void;
}

interface ActionsProps {
  title: string;
  /** Where the API has the readings. */
  path: string;
  model: LinesModel | null;
  /** Before the exports. */
  more: readonly ChartAction[];
  /** An element inside the card whose canvas is saved. */
  place: RefObject<HTMLElement | null>;
  onTable: () => void;
  onDone: () => void;
}

export function ChartActions({ title, path, model, more, place, onTable, onDone }: ActionsProps) {
  const { menu } = useWords().charts;
  const copy = useCopy();
  const items: readonly ChartAction[] = [
    ...more,
    ...(model ? exportsOf({ title, path, model, place, onTable, copy }, menu) : []),
  ];
  return (
    <ul className="w-[210px]">
      {items.map(({ text, run }) => (
        <li key={text}>
          <button
            type="button"
            className={ITEM}
            onClick={() => {
              onDone();
              run();
            }}
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

type Menu = Words["charts"]["menu"];
type Exported = Pick<ActionsProps, "title" | "path" | "place" | "onTable"> & {
  model: LinesModel;
  copy: ReturnType<typeof useCopy>;
};

function exportsOf({ title, path, model, place, onTable, copy }: Exported, menu: Menu): ChartAction[] {
  const name = `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}-${new Date(model.range.to * 1000).toISOString().slice(0, 16)}`;
  return [
    { text: menu.table, run: onTable },
    { text: menu.link, run: () => copy(window.location.href, menu.linkCopied) },
    { text: menu.curl, run: () => copy(curlOf(path, model), menu.curlCopied) },
    { text: menu.csv, run: () => save(new Blob([csvOf(model)], { type: "text/csv" }), `${name}.csv`) },
    { text: menu.png, run: () => void savePicture(place, title, name) },
  ];
}

function curlOf(path: string, { range }: LinesModel): string {
  const [from, to] = [range.from, range.to].map((seconds) => new Date(seconds * 1000).toISOString());
  return `curl '${window.location.origin}${path}?from=${from}&to=${to}'`;
}

function csvOf({ times, series, unit }: LinesModel): string {
  const head = ["time", ...series.map(({ label }) => `"${label.replaceAll('"', '""')} (${unit})"`)];
  const rows = times.map((time, index) =>
    [new Date(time * 1000).toISOString(), ...series.map(({ raw }) => raw[index] ?? "")].join(","),
  );
  return [head.join(","), ...rows].join("\r\n");
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Saves the canvas as a picture, with its title, on the card's background. */
async function savePicture(place: RefObject<HTMLElement | null>, title: string, name: string): Promise<void> {
  const drawing = place.current?.closest("[data-card]")?.querySelector("canvas");
  if (!drawing) return;
  const style = getComputedStyle(document.documentElement);
  const scale = window.devicePixelRatio;
  const picture = document.createElement("canvas");
  const head = 36 * scale;
  picture.width = drawing.width;
  picture.height = drawing.height + head;
  const context = picture.getContext("2d");
  if (!context) return;
  context.fillStyle = style.getPropertyValue("--card");
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = style.getPropertyValue("--text");
  context.font = `600 ${14 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(title, 12 * scale, 23 * scale);
  context.drawImage(drawing, 0, head);
  const file = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, "image/png"));
  if (file) save(file, `${name}.png`);
}
