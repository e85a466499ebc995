/** Which settings are secrets, and what is shown instead of them. */

export const HIDDEN = "<secret>";

type Path = readonly (string | number)[];

/** A webhook's address opens it to whoever knows it, so it is a secret like a password. */
function isSecretPath(path: Path): boolean {
  const last = path.at(-1);
  if (last === "password" || last === "secret") return true;
  return last === "url" && path[0] === "notifications";
}

/** `http://name:password@host` holds a password wherever it stands. */
function holdsPassword(value: unknown): boolean {
  return typeof value === "string" && /:\/\/[^/\s@]+@/.test(value);
}

/** The same value with every secret hidden. */
export function withoutSecrets(value: unknown, path: Path = []): unknown {
  if (value === undefined || value === null) return value;
  if (isSecretPath(path) || holdsPassword(value)) return value === "" ? "" : HIDDEN;
  if (Array.isArray(value)) return value.map((one, index) => withoutSecrets(one, [...path, index]));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, [...path, key])]));
  }
  return value;
}
