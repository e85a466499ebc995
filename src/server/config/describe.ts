/** Lists the effective configuration, setting by setting, each with its source. Pure. */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import type { AuditChange } from "~/domain/access";
import { Redactor } from "~/domain/redact";
import type { SettingPath } from "./edit";
import type { Config } from "./schema";
import { SECRET_PLACEHOLDER, withoutSecrets } from "./secrets";

export type SettingSource = "default" | "file" | "environment" | "flag";

export interface Setting {
  /** Dotted, `alerts.group_wait`. */
  path: string;
  /** The value in force: durations in seconds, sizes in bytes. A list is one setting. */
  value: unknown;
  /** As written in the file; null if it is not there. */
  written: unknown;
  default: unknown;
  source: SettingSource;
  /** False if a change takes effect only at the next start. */
  live: boolean;
}

/** Flags and environment variables, which override the file. */
export type Overrides = ReadonlyMap<string, { value: unknown; source: "environment" | "flag" }>;

/** Sections that take effect only at the next start. */
const AT_START = /^(server|security)\./;

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Leaves of a tree of maps. Each custom metric is one leaf, since the user chooses its name. */
function leaves(value: unknown, path: SettingPath = []): [SettingPath, unknown][] {
  const named = path[0] === "custom_metrics" && path.length === 2;
  if (!isGroup(value) || named) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : leaves(inner, [...path, key])));
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

export function describeConfig(
  { config, defaults, text }: { config: Config; defaults: Config; text: string },
  overrides: Overrides,
): Setting[] {
  const document = parseDocument(text, { merge: false });
  const file: unknown = document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 100 });
  const redactor = new Redactor(config.security.redact_arguments);
  const effective = new Map(leaves(config).map(([path, value]) => [path.join("."), { path, value }]));
  for (const [name, { value }] of overrides) effective.set(name, { path: name.split("."), value });
  return [...effective].map(([name, { path, value }]) => {
    const written = valueAt(file, path);
    const override = overrides.get(name);
    return {
      path: name,
      value: withoutSecrets(override ? value : unresolved(value, written), path, redactor) ?? null,
      written: withoutSecrets(written, path, redactor) ?? null,
      default: withoutSecrets(valueAt(defaults, path), path, redactor) ?? null,
      source: override?.source ?? (written === undefined ? "default" : "file"),
      live: !AT_START.test(name),
    };
  });
}
