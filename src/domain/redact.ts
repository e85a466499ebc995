/**
 * Removes secrets from command lines, before they are stored, shown or sent. A secret is recognised by the name in front of it (an
 * option, a variable, a field, a header), by its place (the password of a URL, `-p` of mysql) or by its own shape (`ghp_…`). Pure.
 */

import { programsOf, redactAttached, redactPlaces, withoutLogin } from "./redact-places";
import { type ProgramOptions, REDACTED, readsPassword, TOKEN_SHAPES } from "./redact-programs";
import { argumentPlaces, commandsOf, partsOf, programPlace, requoted, writesArguments } from "./redact-script";
import { withoutUrlPasswords } from "./redact-url";

export { REDACTED };

/** Endings of names whose value is a secret, without separators and in lower case. `security.redact_arguments` adds to them. */
const SECRET_ENDINGS = [
  "password",
  "passwd",
  "passphrase",
  "passcode",
  "secret",
  "token",
  "apikey",
  "accesskey",
  "accesskeyid",
  "secretkey",
  "privatekey",
  "encryptionkey",
  "signingkey",
  "masterkey",
  "sharedkey",
  "presharedkey",
  "accountkey",
  "authkey",
  "licensekey",
  "credential",
  "credentials",
  "cookie",
  "bearer",
  "connectionstring",
  "amzsignature",
  "secretid",
  "appkey",
  "creds",
  "subscriptionkey",
  "functionskey",
  "fromliteral",
  "sonarlogin",
  "hmac",
  "hmackey",
  "pwd",
  "psk",
];

/** Words that are a secret's name only when they stand alone, as in `--pass` or `db-pass`. */
const SECRET_WORDS = new Set(["pass", "pw", "auth", "sas", "sig"]);

/** Characters of the shortest token that is known by its shape. */
const SHORTEST_TOKEN = 11;
/** How deep scripts within scripts are looked into. */
const MOST_DEPTH = 3;

/** What makes a name a secret's wherever it stands, as in SECRET_KEY_BASE and PASSWORD_V2, unless the name ends with what is none. */
const SECRET_INSIDE = /password|passwd|secretkey|privatekey|secretaccess/;
const HARMLESS_ENDING =
  /(?:file|path|dir|length|len|policy|age|days|prompt|algorithm|authentication|auth|command|cmd|store|manager|url|uri|name|enabled|required|type|mode|field|format|hint|count|attempts|tries|expiry|expires|history)$/;

const flatten = (name: string) => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

export class Redactor {
  private readonly endings: readonly string[];

  /** `more` are further names whose value is a secret, such as `pin`. */
  constructor(more: readonly string[] = []) {
    this.endings = [...SECRET_ENDINGS, ...more.map(flatten)];
  }

  /** The arguments of a process, the program first. */
  arguments(argv: readonly string[]): string[] {
    return this.redacted(argv, 0);
  }

  /** A command line that is one text: a title that a program wrote over its arguments, or a script given to a shell. */
  commandLine(text: string): string {
    return this.text(text, 0);
  }

  private redacted(argv: readonly string[], depth: number): string[] {
    /** What the programs so far give a meaning to, each once: the work may grow with the arguments, not with their square. */
    const active = new Set<ProgramOptions>();
    const seen = new Set<string>();
    const words = new Map<number, true>();
    let hide: "" | "all" | "login" = "";
    const shown = argv.map((argument, index) => {
      const wasHidden = hide;
      hide = "";
      if (words.has(index)) return REDACTED;
      if (wasHidden === "all" && !/^--?[A-Za-z]/.test(argument)) return REDACTED;
      if (wasHidden === "login") return withoutLogin(argument);
      // A known program may stand behind another: sudo, timeout, env, docker exec.
      const found = programsOf(argument);
      for (const one of found) active.add(one);
      if (index === 0 || found.length > 0) return this.text(argument, depth);
      const own = [...active].filter(({ behind }) => behind === undefined || seen.has(behind));
      seen.add(argument);
      for (const { words: named = {} } of own) {
        const between = Object.hasOwn(named, argument) ? named[argument] : undefined;
        if (between !== undefined && index + 1 + between < argv.length) words.set(index + 1 + between, true);
      }
      hide = this.hidesNext(argument, { argv, index, own });
      const attached = redactAttached(argument, own);
      // curl -HAuthorization:x
      const header = /^-H(?=[A-Za-z])/.test(argument) ? `-H${this.text(argument.slice(2), depth)}` : undefined;
      return attached ?? header ?? this.text(argument, depth);
    });
    redactPlaces(argv, shown);
    return shown;
  }

  /** Redacts inside one argument. */
  private text(argument: string, depth: number): string {
    const [, name, value = ""] = /^(-{0,2}[A-Za-z_][\w.-]*)=(.*)$/s.exec(argument) ?? [];
    if (name !== undefined && this.isSecret(name) && !isHarmless(name, value)) return `${name}=${REDACTED}`;
    // Each rule runs only on arguments that can fit it: a build starts a hundred programs a second.
    let text = argument.length < SHORTEST_TOKEN ? argument : argument.replace(TOKEN_SHAPES, REDACTED);
    const hasColon = text.includes(":");
    if (hasColon && text.includes("://")) text = withoutUrlPasswords(text);
    const hasName = hasColon || text.includes("=");
    if (hasName) {
      text = text
        // Authorization: Bearer secret
        .replace(
          /\b((?:proxy-)?authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:(?:digest|aws4\S*)\s[^"']+|(?:[A-Za-z][\w-]*\s+)?[^\s"',;]+))/gi,
          hideCredentials,
        )
        .replace(/\b((?:set-)?cookie["']?\s{0,9}:\s{0,9})[^"']+/gi, `$1${REDACTED}`)
        .replace(/\b(pass:)[^\s"']+/g, `$1${REDACTED}`);
    }
    const hasBlank = /[\s;&|]/.test(text);
    if (hasBlank) {
      text = text.replace(/\b(bearer\s{1,9})[^\s"']{6,}/gi, `$1${REDACTED}`);
      // SQL: ... IDENTIFIED BY 'secret', PASSWORD = 'secret', PASSWORD 'secret'
      text = text.replace(
        /\b((?:identified\s{1,9}(?:with\s{1,9}\S{1,60}\s{1,9})?by|password(?:\s{1,9}for\s{1,9}\S{1,90})?)(?:\s{0,9}=\s{0,9}|\s{1,9})(?:password\s{0,9}\(\s{0,9})?)('[^']*'|"[^"]*")/gi,
        `$1'${REDACTED}'`,
      );
    }
    // user:secret@host without a scheme, and Go's user:secret@tcp(host)
    if (hasColon && text.includes("@")) {
      text = text
        .replace(/^([\w.\\/-]{1,100}):[^\s@/:]{3,200}@([\w.-]+(?::\d{1,5})?(?:\/\S*)?)$/, `$1:${REDACTED}@$2`)
        .replace(/^([\w.-]{1,100}):[^\s@:]{1,200}@(?=(?:tcp|unix)\()/, `$1:${REDACTED}@`)
        .replace(/(jdbc:oracle:\w{1,10}:[\w.$-]{1,100})\/[^@\s]{1,200}@/, `$1/${REDACTED}@`);
    }
    // sqlplus user/secret@database
    if (text.includes("@")) text = text.replace(/^([\w.$-]+)\/[^@/\s]+(@[\w./:-]+)$/, `$1/${REDACTED}$2`);
    if (hasName) text = this.named(text);
    // A script given to a shell, or several options in one argument.
    return hasBlank && depth < MOST_DEPTH ? this.words(text, depth + 1) : text;
  }

  /** name=value, name: value, "name": "value", ?name=value& */
  private named(text: string): string {
    const name = /(?<![\w.-])([A-Za-z_][\w.-]*)["']?\s{0,9}[=:]\s{0,9}/g;
    const value = /"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|["'][^\s"']+|[^\s"'&;,{}]+/y;
    let shown = "";
    let from = 0;
    for (let found = name.exec(text); found; found = name.exec(text)) {
      // Before its value is looked for, which may reach to the end.
      if (!this.isSecret(found[1] ?? "")) continue;
      value.lastIndex = name.lastIndex;
      const [secret] = value.exec(text) ?? [];
      if (secret === undefined || secret.includes(REDACTED) || isHarmless(found[1] ?? "", secret)) continue;
      const quote = /^["']/.exec(secret)?.[0] ?? "";
      shown += `${text.slice(from, name.lastIndex)}${quote}${REDACTED}${quote}`;
      from = name.lastIndex = value.lastIndex;
    }
    return shown + text.slice(from);
  }

  /** Redacts the commands of a script, or several options in one argument. */
  private words(text: string, depth: number): string {
    const parts = partsOf(text);
    const shown = [...parts];
    const commands = commandsOf(parts);
    // What is written by `echo` and read by a command that asks for a password, whatever is in between.
    const reader = commands.findLastIndex(({ words, isPiped }) => isPiped && readsPassword(words));
    for (const [index, { places, words }] of commands.entries()) {
      const isHidden = index < reader && writesArguments(words);
      const redacted = isHidden ? hiddenArguments(words) : this.inScript(words, depth);
      const given = words.indexOf("<<<");
      if (given >= 0 && given + 1 < words.length && readsPassword(words)) redacted[given + 1] = REDACTED;
      for (const [word, place] of places.entries()) shown[place] = requoted(parts[place] ?? "", redacted[word] ?? "");
      // What is between here and the end of the document is nobody's business.
      const document = words.findIndex((word) => word === "<<" || word === "<<-");
      if (document >= 0 && readsPassword(words)) return `${shown.slice(0, (places[document] ?? 0) + 1).join("")} ${REDACTED}`;
    }
    return shown.join("");
  }

  /** The arguments of one command of a script. Variables may stand before the program: PGPASSWORD=x psql. */
  private inScript(words: readonly string[], depth: number): string[] {
    const shown = [...words];
    const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    if (start < 0) return shown;
    const places = argumentPlaces(words).filter((place) => place >= start);
    const redacted = this.redacted(
      places.map((place) => words[place] ?? ""),
      depth,
    );
    for (const [index, place] of places.entries()) shown[place] = redacted[index] ?? "";
    return shown;
  }

  private hidesNext(
    argument: string,
    { argv, index, own }: { argv: readonly string[]; index: number; own: readonly ProgramOptions[] },
  ): "" | "all" | "login" {
    // One-letter options of curl and its like may stand together: -sSu.
    const last = /^-[A-Za-z]{2,8}$/.test(argument) ? `-${argument.at(-1)}` : argument;
    for (const { next = [], login = [], program } of own) {
      if (login.includes(argument) || (login.includes(last) && program.test("curl"))) return "login";
      if (next.includes(argument)) return "all";
    }
    if (/^--?[A-Za-z][\w.-]*$/.test(argument)) return this.isSecret(argument) && !isHarmless(argument, "") ? "all" : "";
    // Words: `nmcli ... password x`, `aws configure set aws_secret_access_key x`.
    if (/^(?:password|passphrase|psk)$/i.test(argument)) return "all";
    const isName = (/^[A-Za-z][\w.-]*$/.test(argument) && /[._-]/.test(argument)) || /^\/\/[\w./-]+:_authToken$/.test(argument);
    return isName && index > 1 && index < argv.length - 1 && this.isSecret(argument) ? "all" : "";
  }

  private isSecret(name: string): boolean {
    const flat = flatten(name).replace(/\d+$/, "");
    if (this.endings.some((ending) => flat.endsWith(ending))) return true;
    if (SECRET_INSIDE.test(flat) && !HARMLESS_ENDING.test(flat)) return true;
    if (/(?:root|admin|user|bind|db|smtp)pw$/.test(flat)) return true;
    if (flat.endsWith("pass") && !/(?:by|com|tres|over|under|sur|multi|single|two)pass$/.test(flat)) return true;
    return name
      .replace(/([a-z])([A-Z])/g, "$1-$2")
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word, index, all) => SECRET_WORDS.has(word) && index === all.length - 1);
  }
}

/** Names that look like a secret's and values that are none: a file, a working directory, a yes or no. */
function isHarmless(name: string, value: string): boolean {
  if (/^(?:OLD)?PWD$/.test(name) && value.startsWith("/")) return true;
  return /^(?:true|false|yes|no|on|off|none|auto|stdin|ask|prompt)$/i.test(value);
}

/** `Authorization: Basic secret` with its scheme; everything behind the scheme is hidden. */
function hideCredentials(header: string): string {
  const [, name = "", scheme = ""] = /^([\w-]+["']?\s*[:=]\s*["']?)([A-Za-z][\w-]*\s+)?/.exec(header) ?? [];
  return `${name}${scheme}${REDACTED}`;
}

/** What `echo` or `printf` writes, hidden; its options stay, and so does what stands before it. */
function hiddenArguments(words: readonly string[]): string[] {
  const program = programPlace(words);
  return words.map((word, place) => (place <= program || /^-\w+$/.test(word) ? word : REDACTED));
}
