/** Every key of the configuration with its meaning, type and default, read from the schema. Pure. */
import { z } from "zod";
import { QUANTITIES } from "~/domain/quantity.schema";
import type { SettingKind } from "~/domain/setting";
import { configSchema } from "./schema";

export interface ConfigKey {
  /** `alerts.group_wait`, `alerts.rules[].metric`, `custom_metrics.NAME.http.url`. */
  path: string;
  /** A block has keys below it and no value of its own. */
  kind: SettingKind | "block";
  /** Keys with a title have a field on the Settings page. */
  title: string | null;
  description: string;
  /** Undefined without one. */
  default: unknown;
  example: unknown;
  choices: readonly string[];
  minimum: number | null;
  maximum: number | null;
}

type Schema = z.core.$ZodTypes;

interface Unwrapped {
  schema: Schema;
  title?: string | undefined;
  description?: string | undefined;
  example?: unknown;
  default?: unknown;
  quantity?: SettingKind | undefined;
}

/** The schema below defaults, options and conversions; of what is said twice, the outer counts. */
function unwrapped(given: z.core.$ZodType): Unwrapped {
  const facts: Omit<Unwrapped, "schema"> = {};
  let schema = given as Schema;
  for (;;) {
    const meta = z.globalRegistry.get(schema);
    facts.title ??= meta?.title;
    facts.description ??= meta?.description;
    facts.example ??= Array.isArray(meta?.examples) ? meta.examples[0] : undefined;
    facts.quantity ??= QUANTITIES.get(schema)?.quantity;
    const { def } = schema._zod;
    if (def.type === "default") facts.default ??= def.defaultValue;
    if (def.type === "default" || def.type === "prefault" || def.type === "optional" || def.type === "nullable") {
      schema = def.innerType as Schema;
    } else if (def.type === "pipe") {
      const isPreprocessed = (def.in as Schema)._zod.def.type === "transform";
      schema = (isPreprocessed ? def.out : def.in) as Schema;
    } else return { ...facts, schema };
  }
}

function hasKeys(shape: object, ...keys: readonly string[]): boolean {
  return Object.keys(shape).sort().join() === [...keys].sort().join();
}

function listKind(element: z.core.$ZodType): SettingKind {
  const { schema } = unwrapped(element);
  const { def } = schema._zod;
  if (def.type === "enum") return "choices";
  if (def.type !== "object") return "names";
  if (hasKeys(def.shape, "name", "url")) return "links";
  return hasKeys(def.shape, "after", "channels") ? "steps" : "blocks";
}

function kindOf({ schema, quantity }: Unwrapped): ConfigKey["kind"] {
  if (quantity !== undefined) return quantity;
  const { def } = schema._zod;
  switch (def.type) {
    case "object":
      return "block";
    case "array":
      return listKind(def.element);
    case "record":
      return kindOf(unwrapped(def.valueType)) === "text" ? "pairs" : "blocks";
    case "boolean":
      return "switch";
    case "number":
      return "number";
    case "enum":
      return "choice";
    case "union":
      return def.options.some((option) => kindOf(unwrapped(option)) === "names") ? "names" : "text";
    default:
      return "text";
  }
}

/** The keys below a schema, by what follows its path. */
function* below(schema: Schema): Generator<[path: string, schema: z.core.$ZodType]> {
  const { def } = schema._zod;
  if (def.type === "object") for (const [key, inner] of Object.entries(def.shape)) yield [`.${key}`, inner];
  else if (def.type === "array") for (const [path, inner] of below(unwrapped(def.element).schema)) yield [`[]${path}`, inner];
  else if (def.type === "record")
    for (const [path, inner] of below(unwrapped(def.valueType).schema)) yield [`.NAME${path}`, inner];
  else if (def.type === "union") for (const option of def.options) yield* below(unwrapped(option).schema);
}

/** Whole numbers have bounds of their own, which are no limit that anybody set. */
const bounded = (bound: number | null) => (bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : null);

function* keysIn(given: z.core.$ZodType, path: string): Generator<ConfigKey> {
  const one = unwrapped(given);
  const { schema, title = null, description = "", example } = one;
  const { def } = schema._zod;
  const element = def.type === "array" ? unwrapped(def.element).schema._zod.def : def;
  yield {
    path,
    kind: kindOf(one),
    title,
    description,
    default: one.default,
    example,
    choices: element.type === "enum" ? Object.values(element.entries).map(String) : [],
    minimum: schema instanceof z.ZodNumber ? bounded(schema.minValue) : null,
    maximum: schema instanceof z.ZodNumber ? bounded(schema.maxValue) : null,
  };
  // A quantity is one value, however it is written.
  if (one.quantity === undefined) for (const [rest, inner] of below(schema)) yield* keysIn(inner, `${path}${rest}`);
}

/** All keys, in the order of the schema; a block comes before the keys in it. */
export const CONFIG_KEYS: readonly ConfigKey[] = [...below(configSchema as unknown as Schema)].flatMap(([path, schema]) => [
  ...keysIn(schema, path.slice(1)),
]);

/** A key that has one place in the file; the others are in entries of lists and maps, whose names or numbers are the user's. */
export function isSetting(key: ConfigKey): key is ConfigKey & { kind: SettingKind } {
  return key.kind !== "block" && !/\[\]|\.NAME/.test(key.path);
}
