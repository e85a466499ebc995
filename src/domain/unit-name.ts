const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A unit's or machine's name as people write it: systemd escapes bytes that a name may not have, such as `\x2d` for a dash. Two units can
 * have the same name then, so it is for showing only (systemd-escape(1)). Bytes that are no text stay escaped.
 */
export function shownUnitName(name: string): string {
  return name.replace(/(?:\\x[0-9a-f]{2})+/g, (escaped) => {
    const bytes = Uint8Array.from(escaped.match(/[0-9a-f]{2}/g) ?? [], (hex) => Number.parseInt(hex, 16));
    if (bytes.some((byte) => byte < 0x20 || byte === 0x7f)) return escaped;
    try {
      return utf8.decode(bytes);
    } catch {
      return escaped;
    }
  });
}
