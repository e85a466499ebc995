/** Programs that take secrets in their arguments, and tokens that are known by sight: the tables of redact.ts. */

export const REDACTED = "***";

/** `\\mysql` is mysql without its alias. */
export const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1).replace(/^\\/, "");

/** A token is not the end of a longer word. (Each start of a word is tried once, so that the time grows with the length.) */
const START = "(?<![A-Za-z0-9_-])";

/** Shapes of tokens that are known by sight, ours first. */
export const TOKEN_SHAPES = new RegExp(
  [
    `${START}(?:${[
      "hs_[A-Za-z0-9_-]{8,}",
      "(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}",
      "gl(?:pat|rt|dt|cbt)-[A-Za-z0-9_-]{16,}",
      "xox[abeoprs]-[A-Za-z0-9-]{8,}",
      "(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)[-_][A-Za-z0-9_-]{8,}",
      "sk-[A-Za-z0-9]{20,}",
      "(?:AKIA|ASIA)[A-Z0-9]{12,}",
      "AIza[A-Za-z0-9_-]{30,}",
      "ya29\\.[A-Za-z0-9_-]{16,}",
      "npm_[A-Za-z0-9]{20,}",
      "pypi-[A-Za-z0-9_-]{20,}",
      "hv[bs]\\.[A-Za-z0-9_-]{16,}",
      "dop_v1_[a-f0-9]{32,}",
      "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
      "glsa_[A-Za-z0-9_]{16,}",
      "dckr_pat_[A-Za-z0-9_-]{16,}",
      "(?:shp(?:at|ss|ca|pa)|whsec|lin_api|figd|sq0(?:csp|atp)|tskey-\\w+|dapi|rubygems)[_-][A-Za-z0-9_-]{16,}",
      "AGE-SECRET-KEY-1[A-Z0-9]{20,}",
      "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*",
    ].join("|")})`,
    "-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?",
    // Telegram's bots, and the webhooks of Slack and Discord: whoever knows the address may post.
    "(?<!\\d)\\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "(?<=hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{8,}",
    "(?<=discord(?:app)?\\.com/api/webhooks/\\d{6,20}/)[\\w-]{16,}",
  ].join("|"),
  "g",
);

export interface ProgramOptions {
  program: RegExp;
  /** The next argument is a secret. */
  next?: readonly string[];
  /** The rest of the argument is a secret. */
  attached?: readonly string[];
  /** The argument, or the next one, is `user:secret`, `user%secret` or `user,secret`. */
  login?: readonly string[];
  /** Only behind this word, as in `docker login`. */
  behind?: string;
  /** Words, not options: what follows them is a secret. The number says how many words are in between. */
  words?: Readonly<Record<string, number>>;
}

/** What means a secret only for these programs. */
export const PROGRAMS: readonly ProgramOptions[] = [
  { program: /^(?:mysql|mariadb|percona|mycli)/, attached: ["-p"] },
  { program: /^(?:sshpass|mongo\w*|7z[ar]?|rdesktop|xtrabackup)$/, next: ["-p"], attached: ["-p"] },
  { program: /^(?:unrar|rar)$/, attached: ["-hp", "-p"] },
  { program: /^(?:docker|podman|nerdctl|skopeo|buildah|helm|oras|az|oc)$/, behind: "login", next: ["-p"], attached: ["-p"] },
  {
    program: /^(?:redis-cli|valkey-cli|keydb-cli)$/,
    next: ["-a"],
    attached: ["-a"],
    words: { AUTH: 0, auth: 0, requirepass: 0, masterauth: 0 },
  },
  { program: /^(?:redis-server|valkey-server)$/, next: ["--requirepass", "--masterauth"] },
  { program: /^(?:curl|wget|http|https|xh)$/, login: ["-u", "-U", "-a", "--user", "--proxy-user"] },
  { program: /^curl$/, login: ["-E", "--cert", "--proxy-cert"], next: ["-b", "--cookie"] },
  { program: /^ldap/, next: ["-w", "-s"], attached: ["-w"] },
  { program: /^(?:smbclient|rpcclient|net|mount\.cifs|smbget|wbinfo|winexe|wmic)$/, login: ["-U", "--user"] },
  { program: /^(?:zip|unzip|ipmitool|sqlcmd|bcp|isql|tsql|osql|mosquitto_\w+)$/, next: ["-P"], attached: ["-P"] },
  { program: /^snmp/, next: ["-c", "-A", "-X"], attached: ["-c", "-A", "-X"] },
  { program: /^wbinfo$/, login: ["-a"] },
  { program: /^kadmin/, next: ["-w"] },
  { program: /^aws$/, next: ["--secret-string"] },
  { program: /^aws$/, behind: "put-parameter", next: ["--value"] },
  { program: /^az$/, behind: "secret", next: ["--value"] },
  { program: /^(?:x11vnc|openssl)$/, next: ["-passwd", "-k", "-K"] },
  { program: /^(?:lftp|ncftp\w*|transmission-remote|ttyd)$/, login: ["-u", "-n", "-c"], next: ["-p"] },
  { program: /^(?:xfreerdp\d?|wlfreerdp)$/, attached: ["/p:"] },
  { program: /^(?:pdftk|qpdf|pdftotext|pdftoppm)$/, next: ["-upw", "-opw"], words: { "--encrypt": 0, "--encrypt ": 1 } },
  {
    program:
      /^(?:twine|cqlsh|cypher-shell|rabbitmqadmin|yt-dlp|youtube-dl|crackmapexec|netexec|nxc|smbmap|racadm|hydra|evil-winrm|ansible|winrm)$/,
    next: ["-p"],
  },
  { program: /^(?:useradd|usermod)$/, next: ["-p"] },
  { program: /^keytool$|^jarsigner$/, next: ["-storepass", "-keypass", "-deststorepass", "-srcstorepass"] },
  { program: /^(?:swaks|sendemail|sendEmail)$/, next: ["-ap", "-xp"] },
  { program: /^etcdctl$/, login: ["--user"] },
  { program: /^ssh-keygen$/, next: ["-N", "-P"] },
  { program: /^ansible-vault$/, words: { encrypt_string: 0 } },
  { program: /^vault$/, words: { login: 0, unseal: 0 } },
  { program: /^rabbitmqctl$/, words: { add_user: 1, change_password: 1, authenticate_user: 1 } },
  { program: /^(?:ngrok|cargo|cloudflared)$/, words: { authtoken: 0, "add-authtoken": 0, login: 0, install: 0 } },
  { program: /^mc$|^mcli$/, words: { set: 3 } },
  { program: /^(?:consul|nomad)$/, attached: ["-encrypt="] },
];

/** Programs whose last argument is a password, once one of the flags is given. */
export const LAST_ARGUMENT: readonly { program: RegExp; flag?: RegExp }[] = [
  { program: /^htpasswd$/, flag: /^-\w*b/ },
  { program: /^wpa_passphrase$/ },
  { program: /^mkpasswd$/ },
  { program: /^openssl$/, flag: /^passwd$/ },
];

/** Oracle's programs: their first argument is `user/secret`, also without a database. */
export const USER_SLASH_SECRET = /^(?:sqlplus|expdp|impdp|exp|imp|sqlldr|rman)$/;

/** A program stands among the first words: behind `sudo -u name`, `env`, `docker exec -i name`. */
const FIRST_WORDS = 6;

/** Commands that read a password from their standard input, which a script may fill with `echo`, `<<<` or a document. */
export function readsPassword(words: readonly string[]): boolean {
  const programs = words.slice(0, FIRST_WORDS).map(baseName);
  if (programs.some((program) => /^(?:chpasswd|smbpasswd|cryptsetup|kinit|su|passwd)$/.test(program))) return true;
  if (programs.includes("sudo") && words.some((word) => /^-[A-Za-z]*S/.test(word))) return true;
  return words.some((word) => /^(?:--?(?:(?:password|passphrase)-(?:stdin|fd)|stdin)|stdin|fd:\d+)$/.test(word));
}
