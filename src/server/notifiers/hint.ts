/** Explains a known delivery error and says what to do; null for an unknown one. Pure. */

const HINTS: readonly [RegExp, string][] = [
  [
    /535|5\.7\.8|EAUTH|invalid login/i,
    "The server rejected the user name or password. Gmail and others require an app password.",
  ],
  [
    /530|must issue a STARTTLS/i,
    "The server requires encryption or a login: set tls to required or implicit, and check the user name and password.",
  ],
  [/5\.7\.1|relay/i, "The server refuses to relay mail for this sender or recipient: log in, or allow it on the server."],
  [
    /self.signed|certificate|ERR_TLS|CERT_/i,
    "The server's certificate is not trusted: add its CA, or use the host name that the certificate is issued for.",
  ],
  [/wrong version number|SSL routines/i, "Port and TLS mode do not match: use 587 with auto or required, 465 with implicit."],
  [/ECONNREFUSED/, "Nothing is listening at that address and port."],
  [/ENOTFOUND|EAI_AGAIN/, "The server's name cannot be resolved: check the spelling and this machine's DNS."],
  [
    /ETIMEDOUT|no answer within|timed out/,
    "There was no answer in time. Check for a firewall in between; for a program, check why it takes so long.",
  ],
  [
    /EPRIVATE/,
    "Channels added from another machine cannot use a private address. Add this one on the machine itself or in the configuration file, or set security.private_webhooks: true.",
  ],
  [/^40[134]\b|^410\b/, "The receiver does not know this URL or token: it may be mistyped or revoked."],
  [/^429\b/, "The receiver limits the request rate; Hostscope retries later."],
  [/^3\d\d\b/, "The receiver redirects elsewhere. Enter the final URL: redirects are not followed."],
  [/^5\d\d\b/, "The receiver has an internal error; Hostscope retries later."],
  [/ENOENT/, "Program not found: enter its full path."],
  [/EACCES/, "The user that runs Hostscope has no permission to execute the program."],
];

export function hintFor(answer: string): string | null {
  return HINTS.find(([pattern]) => pattern.test(answer))?.[1] ?? null;
}
