/** Text as HTML, also within quoted attributes. */
export function html(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
