"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, TextInput } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useTypedParameter } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { holdsSecret, settingText, shownSetting, typedSetting } from "./setting-text";

interface Setting {
  path: string;
  value?: unknown;
  written?: unknown;
  default?: unknown;
  source: "default" | "file" | "environment" | "flag";
  live: boolean;
}

const BLOCK = (path: string) => path.split(".")[0] ?? path;

/** Every setting with its source. Changes are written into the file; its comments are kept. */
export function Configuration() {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({ ...trpc.config.get.queryOptions(), staleTime: 0 });
  const [text, setText] = useTypedParameter("find");
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="the configuration" height={480} />;
  const shown = data.settings.filter(({ path }) => path.includes(text.toLowerCase()));
  const blocks = [...new Set(shown.map(({ path }) => BLOCK(path)))];
  return (
    <>
      {data.mistakes.length > 0 && (
        <div role="alert" className="rounded-[10px] border border-warning bg-card px-4 py-3">
          <p className="font-semibold text-warning">The file as it was saved last is not in force</p>
          <ul className="font-mono text-[12.5px]">
            {data.mistakes.map((mistake) => (
              <li key={mistake}>{mistake}</li>
            ))}
          </ul>
        </div>
      )}
      <TextInput
        type="search"
        aria-label="Find a setting"
        placeholder="Find a setting"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-[260px]"
      />
      {blocks.map((block) => (
        <Card key={block} title={block.replaceAll("_", " ")}>
          <ul>
            {shown
              .filter(({ path }) => BLOCK(path) === block)
              .map((setting) => (
                <SettingRow key={setting.path} setting={setting} etag={data.etag} />
              ))}
          </ul>
        </Card>
      ))}
      {shown.length === 0 && <p className="text-muted">No setting has that name.</p>}
    </>
  );
}

function SettingRow({ setting, etag }: { setting: Setting; etag: string }) {
  const { path, value, written, source, live } = setting;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  const change = useMutation(
    trpc.config.set.mutationOptions({
      onSuccess: ({ restartNeeded, passwordRemoved }) => {
        setText(null);
        void readAgain(queries);
        if (passwordRemoved) showToast(`${path} is in force; the mail password was removed, set it again for this server`);
        else
          showToast(restartNeeded.length > 0 ? `${path} is written; it takes effect at the next start` : `${path} is in force`);
      },
    }),
  );
  const set = (next: unknown) => change.mutate({ changes: [{ path, value: next as string }], ifMatch: etag });
  const fixed = source === "environment" || source === "flag" || holdsSecret(value);
  return (
    <li className="border-b border-line py-2 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-[240px] font-mono text-[13px]">{path}</span>
        {text === null ? (
          <span className="numbers min-w-0 flex-1 truncate" title={settingText(value)}>
            {shownSetting(path, written ?? value) || <span className="text-muted">not set</span>}
          </span>
        ) : (
          <form
            className="flex min-w-0 flex-1 gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              set(typedSetting(text));
            }}
          >
            <TextInput
              autoFocus
              aria-label={path}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="min-w-0 flex-1"
            />
            <Button type="submit" disabled={change.isPending}>
              Save
            </Button>
            <Button onClick={() => setText(null)}>Cancel</Button>
          </form>
        )}
        <span className="text-[12.5px] text-muted">
          {source}
          {source !== "default" && `, default ${shownSetting(path, setting.default) || "none"}`}
          {!live && ", takes effect at the next start"}
        </span>
        {text === null && !fixed && (
          <Button aria-label={`Change ${path}`} onClick={() => setText(settingText(written ?? value))}>
            Change
          </Button>
        )}
        {text === null && source === "file" && !fixed && (
          <Button aria-label={`Take ${path} back to its default`} onClick={() => set(null)}>
            Default
          </Button>
        )}
      </div>
      {change.error && <Failure error={change.error} />}
    </li>
  );
}
