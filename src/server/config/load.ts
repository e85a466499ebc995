import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { expectation, type InputIssue, issuesOfNearestForm } from "~/domain/invalid-input.schema";
import { type Config, configSchema } from "./schema";

/** Larger than any hand-written file, small enough to stop attacks on the parser. */
const MAX_BYTES = 256 * 1024;

/** All mistakes in a file, one line each: `config/config.yaml:12:5 monitoring.interval: expected whole seconds`. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.name = "ConfigError";
  }
}

type Lookup = (name: string) => string | undefined;
type Path = readonly PropertyKey[];

const PLACEHOLDER = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Parses a YAML configuration. Throws ConfigError with every mistake in it. `name` is the file's name in messages. */
export function parseConfig(name: string, text: string, variable: Lookup): Config {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new ConfigError([`${name}: larger than ${MAX_BYTES / 1024} KiB`]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => `${at(error.pos[0])} ${error.message.split("\n", 1)[0]?.replace(/ at line .*/, "")}`),
    );
  }
  const unset = fillPlaceholders(document, variable);
  if (unset.length > 0) {
    throw new ConfigError(
      unset.map(({ offset, variable: missing }) => `${at(offset)} the environment variable ${missing} is not set`),
    );
  }
  const result = configSchema.safeParse(plainValue(name, document) ?? {});
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.flatMap(issuesOfNearestForm).flatMap((issue) => explain(issue, (path) => at(offsetOf(document, path)))),
  );
}

export function loadConfig(path: string, variable: Lookup, name = path): Config {
  return parseConfig(name, readFileSync(path, "utf8"), variable);
}

function plainValue(name: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError([`${name}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Fills `${NAME}` and `${NAME:-default}` inside scalars, after parsing, so that a value can never become structure. */
function fillPlaceholders(document: Document, variable: Lookup): { offset: number; variable: string }[] {
  const unset: { offset: number; variable: string }[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === "key" || typeof node.value !== "string" || !node.value.includes("${")) return;
      node.value = node.value.replace(PLACEHOLDER, (_match, name: string, fallback: string | undefined) => {
        const value = variable(name) ?? fallback;
        if (value === undefined) unset.push({ offset: node.range?.[0] ?? 0, variable: name });
        return value ?? "";
      });
    },
  });
  return unset;
}

/** Offset of the node at a path, or of its nearest ancestor if it is missing. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[length - 1]));
      if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}

function explain(issue: InputIssue, at: (path: Path) => string): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return `${at(path)} ${path.join(".")}: no such setting${suggestion(key, knownKeys(issue.path))}`;
    });
  }
  const name = issue.path.join(".");
  return [`${at(issue.path)} ${name ? `${name}: ` : ""}${expectation(issue)}`];
}

/** Keys that the schema allows at a path, for suggestions. */
function knownKeys(path: Path): string[] {
  let schema: unknown = configSchema;
  for (const key of path) schema = shapeOf(schema)?.[String(key)];
  return Object.keys(shapeOf(schema) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let inner = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } } | undefined;
  while (inner && !inner.shape && inner.def?.innerType) inner = inner.def.innerType as typeof inner;
  return inner?.shape;
}

function suggestion(key: string, known: readonly string[]): string {
  const near = known.map((name) => ({ name, distance: editDistance(key, name) })).sort((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(1, Math.floor(near.name.length / 3))) return `, did you mean ${near.name}?`;
  return known.length > 0 ? `; expected one of ${known.join(", ")}` : "";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, change));
    }
    row = next;
  }
  return row[b.length] as number;
}
