"use client";

import { Select, TextInput } from "~/components/ui/controls";
import { useWords } from "~/components/words/words-provider";
import { DURATION_UNITS, SIZE_UNITS, type WholeUnit } from "~/domain/whole-units";
import type { SettingDraft } from "./setting-draft";
import { choiceText } from "./setting-value";
import type { ShownSetting } from "./use-configuration";

interface SettingInputProps {
  id: string;
  title: string;
  setting: ShownSetting;
  draft: SettingDraft;
  placeholder: string | undefined;
  isWrong: boolean;
  isPending: boolean;
  onEdit: (draft: SettingDraft) => void;
  /** A switch or a choice is written at once. */
  onChoose: (value: unknown) => void;
}

/** `en-XA` is offered only to those who have set it. */
const offered = ({ choices, value }: ShownSetting) => choices.filter((choice) => choice !== "en-XA" || choice === value);

/** The control for a setting's kind. */
export function SettingInput(props: SettingInputProps) {
  const { id, title, setting, draft, placeholder, isWrong, isPending, onEdit, onChoose } = props;
  const { settings: words } = useWords();
  const { kind } = setting;
  const described = { id, "aria-describedby": `${id}-help`, "aria-invalid": isWrong };
  const edit = (event: { target: { value: string } }) => onEdit({ ...draft, text: event.target.value });
  switch (kind) {
    case "switch": {
      const isOn = draft.text === "true";
      return (
        <label className="flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            {...described}
            aria-label={title}
            checked={isOn}
            disabled={isPending}
            onChange={(event) => onChoose(event.target.checked)}
            className="size-4 accent-series-blue"
          />
          <span aria-hidden="true">{isOn ? words.value.on : words.value.off}</span>
        </label>
      );
    }
    case "choice":
      return (
        <Select {...described} value={draft.text} disabled={isPending} onChange={(event) => onChoose(event.target.value)}>
          {offered(setting).map((choice) => (
            <option key={choice} value={choice}>
              {choiceText(choice, words)}
            </option>
          ))}
        </Select>
      );
    case "duration":
    case "size":
      return <Quantity {...props} />;
    case "links":
    case "steps":
      return (
        <div className="flex w-full max-w-[32rem] flex-col gap-1">
          <textarea
            {...described}
            value={draft.text}
            rows={Math.max(2, draft.text.split("\n").length)}
            onChange={edit}
            className="rounded-[10px] border border-line bg-card px-3 py-2 font-mono text-[13px] text-text"
          />
          <span className="text-[12.5px] text-muted">{kind === "links" ? words.field.linksHint : words.field.stepsHint}</span>
        </div>
      );
    case "number":
      return <TextInput {...described} inputMode="numeric" value={draft.text} onChange={edit} className="w-32" />;
    case "names":
      return (
        <div className="flex w-full max-w-[32rem] flex-col gap-1">
          <TextInput {...described} value={draft.text} onChange={edit} />
          <span className="text-[12.5px] text-muted">{words.field.namesHint}</span>
        </div>
      );
    default:
      return (
        <TextInput
          {...described}
          autoComplete="off"
          value={draft.text}
          placeholder={placeholder}
          onChange={edit}
          className="w-full max-w-[32rem]"
        />
      );
  }
}

/** A number and its unit. */
function Quantity({ id, title, setting, draft, isWrong, onEdit }: SettingInputProps) {
  const { settings: words } = useWords();
  const units: readonly WholeUnit[] = setting.kind === "duration" ? DURATION_UNITS : SIZE_UNITS;
  const name = (unit: WholeUnit) => {
    const forms = words.units[unit];
    if (typeof forms === "string") return forms;
    return draft.text.trim() === "1" ? forms.one : forms.other;
  };
  return (
    <>
      <TextInput
        id={id}
        aria-describedby={`${id}-help`}
        aria-invalid={isWrong}
        inputMode="decimal"
        value={draft.text}
        onChange={(event) => onEdit({ ...draft, text: event.target.value })}
        className="numbers w-24"
      />
      <Select
        aria-label={words.field.unit(title)}
        value={draft.unit ?? ""}
        onChange={(event) => onEdit({ ...draft, unit: event.target.value as WholeUnit })}
      >
        {units.map((unit) => (
          <option key={unit} value={unit}>
            {name(unit)}
          </option>
        ))}
      </Select>
    </>
  );
}
