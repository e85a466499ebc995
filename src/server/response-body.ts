/** What fetch and undici call a body: two types for the same thing. */
interface Body {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(): Promise<unknown> };
}

/**
 * The start of a response body, as it is after unpacking. Takes no more from the network, and unpacks no more, than `mostBytes` and a
 * piece: a small packed body can be gigabytes long.
 */
export async function readBody({ body }: { body: Body | null }, mostBytes: number): Promise<{ text: string; isWhole: boolean }> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = reader === undefined;
  while (reader && length <= mostBytes) {
    const { done, value } = await reader.read();
    if (done || value === undefined) {
      isWhole = true;
      break;
    }
    chunks.push(value);
    length += value.length;
  }
  await reader?.cancel().catch(() => {});
  return { text: Buffer.concat(chunks).toString("utf8", 0, mostBytes), isWhole };
}
