/** Names of processes, devices and containers are anybody's: in each service's text they are text, no link, mention or markup. Pure. */

/** Slack's mrkdwn has three characters of its own, `<!channel>` and `<http://x|Log in>` among what they make. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Stands after a character that would begin something. */
const NOTHING = "\u200b";

/** Markdown of chat services, and their `@all`: a backslash, or nothing of no width after an at-sign, which has no escape. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|~<>]/g, "\\$&").replaceAll("@", `@${NOTHING}`);
}

/** Google Chat has no escapes: what would begin markup, a link or a mention is taken apart. */
export function escapeGoogleChat(text: string): string {
  return text.replace(/[<*_~`]/g, `$&${NOTHING}`);
}
