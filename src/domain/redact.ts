/**
 * Removes secrets from command lines, before they are stored, shown or sent. A secret is recognised by the name in front of it (an
 * option, a variable, a field, a header), by its place (the password of a URL, `-p` of mysql) or by its own shape (`ghp_…`). Pure.
 */

export const REDACTED = "***";

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
  "pwd",
  "psk",
];

/** Words that are a secret's name only when they stand alone, as in `--pass` or `db-pass`. */
const SECRET_WORDS = new Set(["pass", "pw", "auth", "sas", "sig"]);

/** Shapes of tokens that are known by sight, ours first. */
const TOKEN_SHAPES = new RegExp(
  [
    "\\bhs_[A-Za-z0-9_-]{8,}",
    "\\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}",
    "\\bgl(?:pat|rt|dt|cbt)-[A-Za-z0-9_-]{16,}",
    "\\bxox[abeoprs]-[A-Za-z0-9-]{8,}",
    "\\b(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)[-_][A-Za-z0-9_-]{8,}",
    "\\bsk-[A-Za-z0-9]{20,}",
    "\\b(?:AKIA|ASIA)[A-Z0-9]{12,}",
    "\\bAIza[A-Za-z0-9_-]{30,}",
    "\\bya29\\.[A-Za-z0-9_-]{16,}",
    "\\bnpm_[A-Za-z0-9]{20,}",
    "\\bpypi-[A-Za-z0-9_-]{20,}",
    "\\bhv[bs]\\.[A-Za-z0-9_-]{16,}",
    "\\bdop_v1_[a-f0-9]{32,}",
    "\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
    "\\bglsa_[A-Za-z0-9_]{16,}",
    "\\bdckr_pat_[A-Za-z0-9_-]{16,}",
    "\\b(?:shp(?:at|ss|ca|pa)|whsec|lin_api|figd|sq0(?:csp|atp)|tskey-\\w+|dapi|rubygems)[_-][A-Za-z0-9_-]{16,}",
    "\\bAGE-SECRET-KEY-1[A-Z0-9]{20,}",
    // Telegram's bots, and the webhooks of Slack and Discord: whoever knows the address may post.
    "\\b\\d{8,10}:[A-Za-z0-9_-]{35}\\b",
    "(?<=hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{8,}",
    "(?<=discord(?:app)?\\.com/api/webhooks/\\d{6,}/)[\\w-]{16,}",
    "\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*",
    "-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
  ].join("|"),
  "g",
);

interface ShortOptions {
  program: RegExp;
  /** The next argument is a secret. */
  next?: readonly string[];
  /** The rest of the argument is a secret. */
  attached?: readonly string[];
  /** The argument, or the next one, is `user:secret` or `user%secret`. */
  login?: readonly string[];
}

/** One-letter options, which mean a secret only for these programs. */
const SHORT_OPTIONS: readonly ShortOptions[] = [
  { program: /^(?:mysql|mariadb|percona)/, attached: ["-p"] },
  { program: /^(?:sshpass|mongo\w*|7z[ar]?|rdesktop|xtrabackup)$/, next: ["-p"], attached: ["-p"] },
  { program: /^(?:docker|podman|nerdctl|skopeo|buildah|helm|oras)$/, next: ["-p=login"] },
  { program: /^(?:redis-cli|valkey-cli|keydb-cli)$/, next: ["-a"], attached: ["-a"] },
  { program: /^(?:curl|wget|http|https|xh)$/, login: ["-u", "-U", "-a", "--user", "--proxy-user"] },
  { program: /^ldap/, next: ["-w", "-s"], attached: ["-w"] },
  { program: /^(?:smbclient|rpcclient|net|mount\.cifs|smbget|wbinfo)$/, login: ["-U", "--user"] },
  { program: /^(?:zip|unzip|ipmitool|sqlcmd|bcp|isql|tsql|osql|mosquitto_\w+)$/, next: ["-P"], attached: ["-P"] },
  { program: /^snmp/, next: ["-c", "-A", "-X"] },
  { program: /^(?:x11vnc|openssl)$/, next: ["-passwd", "-k", "-K"] },
  { program: /^(?:lftp|ncftp\w*)$/, login: ["-u"], next: ["-p"] },
  { program: /^(?:xfreerdp\d?|wlfreerdp)$/, attached: ["/p:"] },
  { program: /^(?:pdftk|qpdf|pdftotext|pdftoppm)$/, next: ["-upw", "-opw"] },
];

/** Programs whose last argument is a password, once one of the flags is given. */
const LAST_ARGUMENT: readonly { program: RegExp; flag?: RegExp }[] = [
  { program: /^htpasswd$/, flag: /^-\w*b/ },
  { program: /^wpa_passphrase$/ },
];

/** Commands that read a password from their standard input, which a script may fill with `echo`. */
const READS_PASSWORD =
  /^(?:\S*\/)?(?:sudo\s+(?:\S+\s+)*-\w*S|chpasswd|smbpasswd|cryptsetup|kinit|su\b|passwd)|--(?:password|passphrase)-(?:stdin|fd)|--stdin/;

/** Characters of the shortest token that is known by its shape. */
const SHORTEST_TOKEN = 11;
/** How deep scripts within scripts are looked into. */
const MOST_DEPTH = 3;

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
    const program = (argv[0] ?? "").replace(/^.*\//, "");
    const short = SHORT_OPTIONS.filter((one) => one.program.test(program));
    let hide: "" | "all" | "login" = "";
    const shown = argv.map((argument, index) => {
      const wasHidden = hide;
      hide = "";
      if (wasHidden === "all" && !/^--?[A-Za-z]/.test(argument)) return REDACTED;
      if (wasHidden === "login") return withoutLogin(argument);
      if (index === 0) return this.text(argument, depth);
      hide = this.hidesNext(argument, { argv, index, short });
      for (const { attached = [], login = [] } of short) {
        const option = attached.find((one) => argument.startsWith(one) && argument.length > one.length);
        if (option) return option + REDACTED;
        const user = login.find((one) => argument.startsWith(`${one}=`) || (one.length === 2 && argument.startsWith(one)));
        if (user && argument.length > user.length) return user + withoutLogin(argument.slice(user.length));
      }
      return this.text(argument, depth);
    });
    for (const { program: pattern, flag } of LAST_ARGUMENT) {
      if (!pattern.test(program) || shown.length < 3) continue;
      if (flag === undefined || argv.some((one) => flag.test(one))) shown[shown.length - 1] = REDACTED;
    }
    return shown;
  }

  /** Redacts inside one argument. */
  private text(argument: string, depth: number): string {
    const [, name, value = ""] = /^(-{0,2}[A-Za-z_][\w.-]*)=(.*)$/s.exec(argument) ?? [];
    if (name !== undefined && this.isSecret(name) && !isHarmless(name, value)) return `${name}=${REDACTED}`;
    // Each rule runs only on arguments that can fit it: a build starts a hundred programs a second.
    let text = argument.length < SHORTEST_TOKEN ? argument : argument.replace(TOKEN_SHAPES, REDACTED);
    const hasColon = text.includes(":");
    if (hasColon && text.includes("://")) {
      text = text
        // scheme://user:secret@host, and scheme://token@host
        .replace(/([A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s/:@?#]*):[^\s/@]*@/g, `$1:${REDACTED}@`)
        .replace(/(:\/\/)[^\s/:@?#]{20,}@/g, `$1${REDACTED}@`);
    }
    const hasName = hasColon || text.includes("=");
    if (hasName) {
      text = text
        // Authorization: Bearer secret
        .replace(/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:[A-Za-z][\w-]*\s+)?)[^\s"',;]+/gi, `$1${REDACTED}`)
        .replace(/\b((?:set-)?cookie["']?\s*:\s*)[^"']+/gi, `$1${REDACTED}`)
        .replace(/\b(pass:)[^\s"']+/g, `$1${REDACTED}`);
    }
    const hasBlank = /\s/.test(text);
    if (hasBlank) text = text.replace(/\b(bearer\s+)[^\s"']{6,}/gi, `$1${REDACTED}`);
    // sqlplus user/secret@database
    if (text.includes("@")) text = text.replace(/^([\w.$-]+)\/[^@/\s]+(@[\w./:-]+)$/, `$1/${REDACTED}$2`);
    if (hasName) text = this.named(text);
    // A script given to a shell, or several options in one argument.
    return hasBlank && depth < MOST_DEPTH ? this.words(text, depth + 1) : text;
  }

  /** name=value, name: value, "name": "value", ?name=value& */
  private named(text: string): string {
    const name = /([A-Za-z_][\w.-]*)["']?\s*[=:]\s*/g;
    const value = /"[^"]*"|'[^']*'|[^\s"'&;,{}]+/y;
    let shown = "";
    let from = 0;
    for (let found = name.exec(text); found; found = name.exec(text)) {
      value.lastIndex = name.lastIndex;
      const [secret] = value.exec(text) ?? [];
      if (secret === undefined || secret.includes(REDACTED)) continue;
      if (!this.isSecret(found[1] ?? "") || isHarmless(found[1] ?? "", secret)) continue;
      const quote = /^["']/.exec(secret)?.[0] ?? "";
      shown += `${text.slice(from, name.lastIndex)}${quote}${REDACTED}${quote}`;
      from = name.lastIndex = value.lastIndex;
    }
    return shown + text.slice(from);
  }

  /** Redacts what follows an option inside a text with blanks. */
  private words(text: string, depth: number): string {
    const parts = text.match(/\s+|(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g) ?? [];
    const isBlank = (part: string) => /^\s/.test(part);
    const words = parts.filter((part) => !isBlank(part));
    const shown = [...words];
    let first = 0;
    for (let index = 0; index <= words.length; index++) {
      // A new command begins.
      if (index < words.length && !/^(?:&&|\|\|?|;)$/.test(words[index] ?? "")) continue;
      const command = words.slice(first, index);
      const isPassword =
        words[index] === "|" &&
        /^(?:echo|printf)$/.test(command[0] ?? "") &&
        READS_PASSWORD.test(words.slice(index + 1).join(" "));
      const redacted = isPassword ? hiddenArguments(command) : this.inScript(command, depth);
      shown.splice(first, index - first, ...redacted);
      first = index + 1;
    }
    let next = 0;
    return parts.map((part) => (isBlank(part) ? part : shown[next++])).join("");
  }

  /** The arguments of one command of a script. Variables may stand before the program: PGPASSWORD=x psql. */
  private inScript(words: readonly string[], depth: number): string[] {
    const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    return start < 0 ? [...words] : [...words.slice(0, start), ...this.redacted(words.slice(start), depth)];
  }

  private hidesNext(
    argument: string,
    { argv, index, short }: { argv: readonly string[]; index: number; short: readonly ShortOptions[] },
  ): "" | "all" | "login" {
    for (const { next = [], login = [] } of short) {
      if (login.includes(argument)) return "login";
      if (next.includes(argument)) return "all";
      if (next.includes(`${argument}=login`) && argv.slice(1, index).includes("login")) return "all";
    }
    if (/^--?[A-Za-z][\w.-]*$/.test(argument)) return this.isSecret(argument) && !isHarmless(argument, "") ? "all" : "";
    // Words: `nmcli ... password x`, `aws configure set aws_secret_access_key x`.
    if (/^(?:password|passphrase|psk)$/i.test(argument)) return "all";
    return /^[A-Za-z][\w.-]*[._-][\w.-]*$/.test(argument) && index > 1 && this.isSecret(argument) ? "all" : "";
  }

  private isSecret(name: string): boolean {
    const flat = flatten(name).replace(/\d+$/, "");
    if (this.endings.some((ending) => flat.endsWith(ending))) return true;
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

/** What `echo` or `printf` writes, hidden; its options stay. */
function hiddenArguments([program = "", ...rest]: readonly string[]): string[] {
  return [program, ...rest.map((argument) => (/^-\w+$/.test(argument) ? argument : REDACTED))];
}

/** `user:secret` and `user%secret` without the secret. */
function withoutLogin(text: string): string {
  return text.replace(/^(=?[^:%]*[:%]).*$/s, `$1${REDACTED}`);
}
