/** Tags of an HTML report that take the nonce. Report text cannot contain them, as `<` is always escaped there. */
export const SCRIPT_TAG = "<script data-hostscope>";
export const STYLE_TAG = "<style data-hostscope>";

/** The file for display in a browser: this server's CSP requires a nonce. */
export function withNonce(html: string, nonce: string): string {
  const attribute = ` nonce="${nonce}"`;
  return html.replace(SCRIPT_TAG, `<script data-hostscope${attribute}>`).replace(STYLE_TAG, `<style data-hostscope${attribute}>`);
}
