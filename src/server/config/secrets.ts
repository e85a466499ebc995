/** Which settings are secrets, and what is shown instead of them. */

import type { Redactor } from "~/domain/redact";
import { SERVICES, type ServiceName } from "../notifiers/services";

export const SECRET_PLACEHOLDER = "<secret>";

type Path = readonly (string | number)[];

/** A webhook's URL is as secret as a password: whoever knows it can use the webhook. Its headers hold tokens. */
function isSecretPath(path: Path): boolean {
  const [section, kind = ""] = path;
  const last = path.at(-1);
  if (last === "password" || last === "secret" || last === "credentials") return true;
  if (path.at(-2) === "headers") return true;
  if (section !== "notifications") return false;
  if (Object.hasOwn(SERVICES, kind)) return (SERVICES[kind as ServiceName].secrets as readonly unknown[]).includes(last);
  return last === "url";
}

/**
 * `http://name:password@host` contains a password, in whichever setting it is, and a query often a token. Links are shown to everybody
 * as they are.
 */
function holdsPassword(value: unknown, path: Path): boolean {
  if (typeof value !== "string") return false;
  return /:\/\/[^/\s@]+@/.test(value) || (/:\/\/[^\s?]+\?/.test(value) && path[1] !== "links");
}

/** A program and its arguments. */
function isArgv(value: unknown, path: Path): value is string[] {
  const last = path.at(-1);
  return Array.isArray(value) && (last === "argv" || last === "command") && value.every((one) => typeof one === "string");
}

/** The same value with every secret hidden. `redactor` knows the names of `security.redact_arguments`. */
export function withoutSecrets(value: unknown, path: Path, redactor: Redactor): unknown {
  if (value === undefined || value === null) return value;
  if (isSecretPath(path) || holdsPassword(value, path)) return value === "" ? "" : SECRET_PLACEHOLDER;
  if (isArgv(value, path)) return redactor.arguments(value);
  if (Array.isArray(value)) return value.map((one, index) => withoutSecrets(one, [...path, index], redactor));
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, [...path, key], redactor)]),
    );
  }
  return value;
}
