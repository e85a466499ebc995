/** Which settings are secrets, and what is shown instead of them. */

export const SECRET_PLACEHOLDER = "<secret>";

type Path = readonly (string | number)[];

/** A webhook's URL is as secret as a password: whoever knows it can use the webhook. */
function isSecretPath(path: Path): boolean {
  const last = path.at(-1);
  if (last === "password" || last === "secret") return true;
  return last === "url" && path[0] === "notifications";
}

/** `http://name:password@host` contains a password, in whichever setting it is. */
function holdsPassword(value: unknown): boolean {
  return typeof value === "string" && /:\/\/[^/\s@]+@/.test(value);
}

/** The same value with every secret hidden. */
export function withoutSecrets(value: unknown, path: Path = []): unknown {
  if (value === undefined || value === null) return value;
  if (isSecretPath(path) || holdsPassword(value)) return value === "" ? "" : SECRET_PLACEHOLDER;
  if (Array.isArray(value)) return value.map((one, index) => withoutSecrets(one, [...path, index]));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, [...path, key])]));
  }
  return value;
}
