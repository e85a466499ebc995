"use client";

import { type ReactNode, useId, useState } from "react";
import { TextWithCode } from "~/components/alerts/text-with-code";
import { Button } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { useMayChange } from "~/components/view/role";
import type { Words } from "~/components/words/en";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { SettingPath } from "./sections";
import { draftOf, holdsSecret, isReference, isSame, type SettingDraft, settingOf } from "./setting-draft";
import { SettingInput } from "./setting-input";
import { valueText } from "./setting-value";
import { TargetNote } from "./target-note";
import { type ShownSetting, useSettingChange, useSettingHelp } from "./use-configuration";

interface SettingFieldProps {
  setting: ShownSetting;
  path: SettingPath;
  etag: string;
}

/** A setting with its meaning, its key in the file, a control, and where its value comes from. */
export function SettingField({ setting, path, etag }: SettingFieldProps) {
  const { title, help } = useSettingHelp()[path];
  const mayChange = useMayChange();
  const id = useId();
  const { source, editable } = setting;
  const isOverridden = source === "environment" || source === "flag";
  const isOpen = mayChange && editable && !isOverridden && !isReference(setting.written);
  return (
    <li
      id={path}
      className="grid scroll-mt-[70px] gap-x-6 gap-y-2 border-b border-line py-3 last:border-0 min-[700px]:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]"
    >
      <div>
        <p className="flex flex-wrap items-baseline gap-x-2">
          {isOpen && setting.kind !== "switch" ? (
            <label htmlFor={id} className="font-medium">
              {title}
            </label>
          ) : (
            <span className="font-medium">{title}</span>
          )}
          <code className="font-mono text-[11.5px] break-all text-muted">{path}</code>
        </p>
        <p id={`${id}-help`} className="text-[12.5px] text-muted">
          <TextWithCode text={help} />
        </p>
      </div>
      <div className="min-w-0">
        {isOpen ? (
          <Control setting={setting} path={path} etag={etag} id={id} title={title} />
        ) : (
          <FixedValue setting={setting} path={path} />
        )}
      </div>
    </li>
  );
}

function Note({ children, isUrgent = false }: { children: ReactNode; isUrgent?: boolean }) {
  return <p className={`mt-1 text-[12.5px] ${isUrgent ? "text-warning" : "text-muted"}`}>{children}</p>;
}

/** A value that cannot be changed here, and why. */
function FixedValue({ setting, path }: Pick<SettingFieldProps, "setting" | "path">) {
  const { settings: words } = useWords();
  const format = useFormat();
  const { kind, value, written, source, editable } = setting;
  const show = (one: unknown) => (holdsSecret(one) ? words.field.secret : valueText(kind, one, { words, format }));
  const key = path.split(".").at(-1) ?? "";
  const inFile = written === null || written === undefined ? "" : `; ${words.field.overridden(show(written))}`;
  return (
    <>
      <p className="numbers break-words">{show(value)}</p>
      {source === "environment" && (
        <Note>
          {words.field.byVariable(`HOSTSCOPE_${key.toUpperCase()}`)}
          {inFile}
        </Note>
      )}
      {source === "flag" && (
        <Note>
          {words.field.byFlag(`--${key}`)}
          {inFile}
        </Note>
      )}
      {isReference(written) && <Note>{words.field.reference}</Note>}
      {!editable && <Note>{words.field.fileOnly}</Note>}
      <RestartNote setting={setting} />
    </>
  );
}

function RestartNote({ setting: { kind, live, waiting, value } }: Pick<SettingFieldProps, "setting">) {
  const { settings: words } = useWords();
  const format = useFormat();
  if (waiting) return <Note isUrgent>{words.field.waiting(valueText(kind, value, { words, format }))}</Note>;
  return live ? null : <Note>{words.field.restart}</Note>;
}

function mistakeText(
  wrong: keyof Words["settings"]["field"]["wrong"],
  { minimum, maximum }: Pick<ShownSetting, "minimum" | "maximum">,
  texts: Words["settings"]["field"]["wrong"],
): string {
  return wrong === "range" ? texts.range(minimum ?? 0, maximum ?? Number.MAX_SAFE_INTEGER) : texts[wrong];
}

interface ControlProps extends SettingFieldProps {
  id: string;
  title: string;
}

function Control({ setting, path, etag, id, title }: ControlProps) {
  const { settings: words } = useWords();
  const format = useFormat();
  const { kind, waiting, written, source } = setting;
  const value = waiting ? written : setting.value;
  const isSecret = holdsSecret(value);
  const initial = draftOf(kind, isSecret ? null : value);
  const [edited, setEdited] = useState<SettingDraft | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const { save, isPending, error } = useSettingChange(path, etag);
  const draft = edited ?? initial;
  const isChanged = edited !== null && !isSame(edited, initial);
  const take = (next: SettingDraft | null) => {
    setEdited(next);
    setWrong(null);
  };
  const submit = () => {
    const result = settingOf(setting, draft);
    if ("wrong" in result) setWrong(mistakeText(result.wrong, setting, words.field.wrong));
    else save(result.value, () => take(null));
  };
  const isSet = source === "file" && written !== null;
  const initialText = valueText(kind, setting.default, { words, format });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) submit();
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        <SettingInput
          {...{ id, title, setting, draft }}
          placeholder={isSecret ? words.field.stored : undefined}
          isWrong={wrong !== null}
          isPending={isPending}
          onEdit={take}
          onChoose={(chosen) => save(chosen)}
        />
        {isChanged && (
          <>
            <Button type="submit" disabled={isPending}>
              {words.field.save}
            </Button>
            <Button onClick={() => take(null)}>{words.field.cancel}</Button>
          </>
        )}
        {!isChanged && isSet && setting.default !== null && (
          <Button aria-label={words.field.resetOf(title)} disabled={isPending} onClick={() => save(null, () => take(null))}>
            {words.field.reset}
          </Button>
        )}
        {!isChanged && isSet && setting.default === null && (
          <Button aria-label={words.field.removeOf(title)} disabled={isPending} onClick={() => save(null, () => take(null))}>
            {words.field.remove}
          </Button>
        )}
      </div>
      {wrong !== null && (
        <p role="alert" className="mt-1 text-[12.5px] text-critical">
          {wrong}
        </p>
      )}
      {setting.default !== null && <Note>{isSet ? words.field.defaultIs(initialText) : words.field.isDefault}</Note>}
      <RestartNote setting={setting} />
      {path === "notifications.heartbeat.url" && <TargetNote />}
      {error && (
        <div className="mt-2">
          <Failure error={error} />
        </div>
      )}
    </form>
  );
}
