/** Secrets that are known by their place: behind an option, or at a place of a program's arguments. */
import { baseName, LAST_ARGUMENT, PROGRAMS, type ProgramOptions, REDACTED, USER_SLASH_SECRET } from "./redact-programs";

/** An option with its secret in the same argument, without the secret; undefined for other arguments. */
export function redactAttached(argument: string, own: readonly ProgramOptions[]): string | undefined {
  for (const { attached = [], login = [] } of own) {
    const option = attached.find((one) => argument.startsWith(one) && argument.length > one.length);
    if (option) return option + REDACTED;
    const user = login.find((one) => argument.startsWith(`${one}=`) || (one.length === 2 && argument.startsWith(one)));
    if (user && argument.length > user.length && !argument.startsWith("--", user.length - 2)) {
      return user + withoutLogin(argument.slice(user.length));
    }
  }
  return undefined;
}

const anyOf = (patterns: readonly RegExp[]) => new RegExp(patterns.map(({ source }) => `(?:${source})`).join("|"));
const ANY_PROGRAM = anyOf(PROGRAMS.map(({ program }) => program));
const ANY_PLACE = anyOf([USER_SLASH_SECRET, ...LAST_ARGUMENT.map(({ program }) => program)]);

/** Each argument of each new process is asked: one expression for all of them first. */
export function programsOf(argument: string): readonly ProgramOptions[] {
  if (argument.startsWith("-")) return [];
  const name = baseName(argument);
  return ANY_PROGRAM.test(name) ? PROGRAMS.filter(({ program }) => program.test(name)) : [];
}

/** Secrets that are known by their place alone. */
export function redactPlaces(argv: readonly string[], shown: string[]): void {
  let isOracle = false;
  const isGiven = new Map<RegExp, boolean>();
  const given = (flag: RegExp) => {
    if (!isGiven.has(flag))
      isGiven.set(
        flag,
        argv.some((one) => flag.test(one)),
      );
    return isGiven.get(flag) === true;
  };
  argv.forEach((argument, index) => {
    const name = baseName(argument);
    if (!ANY_PLACE.test(name)) return;
    if (!isOracle && USER_SLASH_SECRET.test(name)) {
      isOracle = true;
      for (let later = index + 1; later < argv.length; later++) {
        const user = /^([\w.$-]{1,100})\/[^/]+$/.exec(argv[later] ?? "")?.[1];
        if (user !== undefined) shown[later] = `${user}/${REDACTED}`;
      }
    }
    const last = LAST_ARGUMENT.find(({ program }) => program.test(name));
    if (!last || argv.length - index < (name === "mkpasswd" ? 2 : 3)) return;
    if (last.flag === undefined || given(last.flag)) shown[shown.length - 1] = REDACTED;
  });
}

/** `user:secret`, `user%secret` and `user,secret` without the secret. */
export function withoutLogin(text: string): string {
  return text.replace(/^(=?[^:%,]*[:%,]).*$/s, `$1${REDACTED}`);
}
