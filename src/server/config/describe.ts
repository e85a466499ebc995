/** Lists the effective configuration, setting by setting, each with its source. Pure. */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import type { AuditChange } from "~/domain/access";
import { Redactor } from "~/domain/redact";
import type { Setting, SettingState } from "~/domain/setting";
import { isEditable, type SettingPath } from "./edit";
import { CONFIG_KEYS, isSetting } from "./keys";
import type { Config } from "./schema";
import { SECRET_PLACEHOLDER, withoutSecrets } from "./secrets";

/** Flags and environment variables, which override the file. */
export type Overrides = ReadonlyMap<string, { value: unknown; source: "environment" | "flag" }>;

/** Settings that the server reads once, when it starts. */
const AT_START: ReadonlySet<string> = new Set([
  "server.host",
  "server.port",
  "server.public_url",
  "server.allowed_hosts",
  "server.trusted_proxies",
  "security.auth",
  "security.rate_limit",
  "security.cors_origins",
  "security.redact_arguments",
]);

export function needsRestart(path: string): boolean {
  return AT_START.has(path);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function valueAt(tree: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>((value, key) => (isGroup(value) ? value[String(key)] : undefined), tree);
}

/** The value with everything that the file takes from a variable as it is written there: `${NAME}`. */
function unresolved(value: unknown, written: unknown): unknown {
  if (typeof written === "string" && written.includes("${")) return written;
  if (Array.isArray(value) && Array.isArray(written)) return value.map((one, index) => unresolved(one, written[index]));
  if (!isGroup(value) || !isGroup(written)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unresolved(inner, written[key])]));
}

/** Every plain value of a tree by its path. An entry of a list is known by its name, or else by its number. */
function* plainValues(
  value: unknown,
  path: SettingPath = [],
  shown = "",
): Generator<[shown: string, path: SettingPath, value: unknown]> {
  const under = (key: string) => (shown === "" ? key : `${shown}.${key}`);
  if (isGroup(value)) for (const [key, inner] of Object.entries(value)) yield* plainValues(inner, [...path, key], under(key));
  else if (!Array.isArray(value) || value.every((one) => !isGroup(one))) yield [shown, path, value];
  else {
    for (const [index, one] of value.entries()) {
      const name = isGroup(one) && typeof one.name === "string" ? one.name : index;
      yield* plainValues(one, [...path, index], `${shown}[${name}]`);
    }
  }
}

/** A value for the audit log: secrets are hidden, but of an address where it leads. */
function auditValue([, path, value]: [string, SettingPath, unknown], redactor: Redactor): unknown {
  const hidden = withoutSecrets(value, path, redactor) ?? null;
  const isAddress = hidden === SECRET_PLACEHOLDER && typeof value === "string" && /^https?:/.test(value) && URL.canParse(value);
  return isAddress ? `${new URL(value).protocol}//${new URL(value).host}/${SECRET_PLACEHOLDER}` : hidden;
}

/** What two texts of a configuration say differently, value by value, without secrets. */
export function textChanges(before: string, after: string, { security }: Pick<Config, "security">): AuditChange[] {
  const redactor = new Redactor(security.redact_arguments);
  const valuesOf = (text: string) => {
    const tree: unknown = parseDocument(text, { merge: false }).toJS({ maxAliasCount: 100 });
    return new Map(isGroup(tree) ? Array.from(plainValues(tree), (one) => [one[0], one] as const) : []);
  };
  const [old, next] = [valuesOf(before), valuesOf(after)];
  const shown = (one: [string, SettingPath, unknown] | undefined) => (one ? auditValue(one, redactor) : null);
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((what) => !isDeepStrictEqual(old.get(what)?.[2], next.get(what)?.[2]))
    .map((what) => ({ what, from: shown(old.get(what)), to: shown(next.get(what)) }));
}

interface Described {
  /** As the file says. */
  config: Config;
  /** What was in force when the server started. */
  started?: Config;
  defaults: Config;
  text: string;
}

const SETTINGS = CONFIG_KEYS.filter(isSetting);

const meaningOf = ({ kind, title, description, choices, minimum, maximum }: (typeof SETTINGS)[number]) => ({
  kind,
  title,
  description,
  choices,
  minimum,
  maximum,
});

/** A setting of another machine, which cannot be changed here. */
export function settingFrom(state: SettingState): Setting {
  const name = state.path.startsWith("custom_metrics.") ? "custom_metrics" : state.path;
  const key = SETTINGS.find(({ path }) => path === name);
  const unknown = { kind: "text", title: null, description: "", choices: [], minimum: null, maximum: null } as const;
  return { ...(key ? meaningOf(key) : unknown), ...state, waiting: false, editable: false };
}

/** Each custom metric is one setting, since the user chooses its name. */
function settingsOf({ custom_metrics }: Config): { path: SettingPath; key: (typeof SETTINGS)[number] }[] {
  return SETTINGS.flatMap((key) =>
    key.path === "custom_metrics"
      ? Object.keys(custom_metrics).map((name) => ({ path: [key.path, name], key }))
      : [{ path: key.path.split("."), key }],
  );
}

export function describeConfig({ config, started = config, defaults, text }: Described, overrides: Overrides): Setting[] {
  const document = parseDocument(text, { merge: false });
  const file: unknown = document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 100 });
  const redactor = new Redactor(config.security.redact_arguments);
  return settingsOf(config).map(({ path, key }) => {
    const name = path.join(".");
    const live = !needsRestart(name);
    const written = valueAt(file, path);
    const override = overrides.get(name);
    const next = valueAt(config, path);
    const value = live ? next : valueAt(started, path);
    const waiting = override === undefined && !isDeepStrictEqual(value, next);
    const shown = (one: unknown) => withoutSecrets(one, path, redactor) ?? null;
    return {
      ...meaningOf(key),
      path: name,
      value: shown(override ? override.value : waiting ? value : unresolved(value, written)),
      written: shown(written),
      default: shown(valueAt(defaults, path)),
      source: override?.source ?? (written === undefined ? "default" : "file"),
      live,
      waiting,
      editable: isEditable(path),
    };
  });
}
