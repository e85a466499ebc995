/** Says which fields of an input are wrong and what they take, for API errors and for the configuration. Pure. */
import type { ZodError, z } from "zod";

export type InputIssue = z.core.$ZodIssue;

/** The library's own texts, which describe the schema; all others were written for the field. */
const IS_GENERIC = /^(?:Invalid |Too (?:small|big): )/;

/** A value that may have several forms: the issues of the form that it is closest to. */
export function issuesOfNearestForm(issue: InputIssue): InputIssue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0 || !IS_GENERIC.test(issue.message)) return [issue];
  const isOfOtherKind = (issues: InputIssue[]) => issues.some(({ code, path }) => code === "invalid_type" && path.length === 0);
  const lacksMost = (issues: InputIssue[]) =>
    issues.filter(({ code }) => code === "invalid_type" || code === "unrecognized_keys").length;
  const forms = issue.errors.map((issues) => issues.flatMap(issuesOfNearestForm));
  const [best = []] = forms.sort(
    (a, b) => Number(isOfOtherKind(a)) - Number(isOfOtherKind(b)) || lacksMost(a) - lacksMost(b) || a.length - b.length,
  );
  return best.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  url: "a URL such as https://example.org",
  email: "an email address",
  datetime: "a time such as 2026-11-22T03:12:00Z",
};

/** What a size counts, one and several. */
const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
  map: ["entry", "entries"],
};

function sizeText(size: number | bigint, origin: string): string {
  const [one, several] = COUNTED[origin] ?? [];
  return one === undefined ? String(size) : `${size} ${Number(size) === 1 ? one : several}`;
}

/** What the field takes: "expected a number, not text". */
export function expectation(issue: InputIssue): string {
  if (!IS_GENERIC.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type": {
      const received = /received (\w+)$/.exec(issue.message)?.[1] ?? "";
      if (received === "undefined") return "is required";
      const isFraction = issue.expected === "int" && received === "number";
      const kind = isFraction ? undefined : KINDS[received];
      return `expected ${KINDS[issue.expected] ?? issue.expected}${kind === undefined ? "" : `, not ${kind}`}`;
    }
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) === 1) return "must not be empty";
      return `expected ${issue.inclusive ? "at least" : "more than"} ${sizeText(issue.minimum, issue.origin)}`;
    case "too_big":
      return `expected ${issue.inclusive ? "at most" : "less than"} ${sizeText(issue.maximum, issue.origin)}`;
    case "invalid_value":
      return `expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return FORMATS[issue.format] === undefined ? "is not in the expected format" : `expected ${FORMATS[issue.format]}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "invalid_union":
      return "options" in issue && issue.options
        ? `expected one of ${issue.options.map(String).join(", ")}`
        : "is not a valid value";
    default:
      return "is not a valid value";
  }
}

export interface FieldError {
  parameter: string;
  detail: string;
}

/** Every field of the input that is wrong, and what it takes. */
export function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap(issuesOfNearestForm).flatMap((issue) => {
    const under = (key: string) => [...issue.path, key].join(".");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ parameter: under(key), detail: "is not a known field" }));
    return [{ parameter: issue.path.join(".") || "body", detail: expectation(issue) }];
  });
}
