import { REDACTED } from "./redact-programs";

/** The password of each URL, and a user name that is long enough for a token: scheme://user:secret@host, scheme://token@host. */
export function withoutUrlPasswords(text: string): string {
  let shown = "";
  let from = 0;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", from)) {
    const begin = at + 3;
    const [authority = ""] = text.slice(begin, begin + 1000).split(/[\s/?#"'<>]/, 1);
    // A slash in the password ends the authority too early: u:p/w@host. A port is no such password.
    const isCut = !authority.includes("@") && /^[^:[\]]*:(?!\d{0,5}$)/.test(authority);
    const [rest = ""] = isCut ? text.slice(begin, begin + 1000).split(/[\s?#"'<>]/, 1) : [authority];
    const end = rest.lastIndexOf("@");
    shown += text.slice(from, begin);
    from = begin;
    if (end < 0) continue;
    const user = rest.slice(0, end);
    const colon = user.indexOf(":");
    if (colon >= 0) shown += `${user.slice(0, colon)}:${REDACTED}@`;
    else shown += user.length >= 12 ? `${REDACTED}@` : `${user}@`;
    from = begin + end + 1;
  }
  return shown + text.slice(from);
}
