/** Explains a known delivery error and says what to do; null for an unknown one. Pure. */

const HINTS: readonly [RegExp, string][] = [
  [/535|5\.7\.8|EAUTH|invalid login/i, "The server does not take this name and password; Gmail and others want an app password."],
  [/530|must issue a STARTTLS/i, "The server wants an encrypted connection: set tls to required or implicit."],
  [/5\.7\.1|relay/i, "The server does not send mail of this sender or to this receiver: log in, or allow it there."],
  [
    /self.signed|certificate|ERR_TLS|CERT_/i,
    "The server's certificate is not trusted: add its authority, or use the name that it is made for.",
  ],
  [
    /wrong version number|SSL routines/i,
    "The port speaks another kind of encryption: 587 goes with auto or required, 465 with implicit.",
  ],
  [/ECONNREFUSED/, "Nothing listens at that address and port."],
  [/ENOTFOUND|EAI_AGAIN/, "The name of the server is not known: look for a typing mistake, or at this machine's name service."],
  [/ETIMEDOUT|no answer within|no end within/, "Nothing answers there: a firewall may be in the way."],
  [/EPRIVATE/, "Addresses set from here may not lead into a private network: write it into the configuration file instead."],
  [/^40[134]\b|^410\b/, "The receiver does not know this address: it was revoked, or is mistyped."],
  [/^429\b/, "The receiver wants fewer messages; it is tried again later."],
  [/^3\d\d\b/, "The receiver sends elsewhere: give its final address, redirects are not followed."],
  [/^5\d\d\b/, "The receiver has a problem of its own; it is tried again later."],
  [/ENOENT/, "There is no such program: give its full path."],
  [/EACCES/, "The program may not be run by the user of this server."],
];

export function hintFor(answer: string): string | null {
  return HINTS.find(([pattern]) => pattern.test(answer))?.[1] ?? null;
}
