/** Addresses that machines give of themselves. Any program that may write to the engine can set them. Pure. */

/** Null for what no browser should follow, such as `javascript:`. */
export function safeAddress(text: string | null): string | null {
  try {
    const { protocol, href } = new URL(text ?? "");
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}

/** The first page of a machine's own Hostscope. */
export function ownPages(url: string | null): string | null {
  const address = safeAddress(url);
  return address === null || address.endsWith("/") ? address : `${address}/`;
}
