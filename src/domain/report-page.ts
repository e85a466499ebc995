/** Where a nonce goes in an HTML report. Text of the report cannot hold these tags: `<` is always escaped there. */
export const SCRIPT_TAG = "<script data-hostscope>";
export const STYLE_TAG = "<style data-hostscope>";

/** The file as this server shows it in a browser, whose policy asks for a nonce. */
export function withNonce(html: string, nonce: string): string {
  const attribute = ` nonce="${nonce}"`;
  return html.replace(SCRIPT_TAG, `<script data-hostscope${attribute}>`).replace(STYLE_TAG, `<style data-hostscope${attribute}>`);
}
