/** The body of an export, made while it is read. */
import PQueue from "p-queue";
import { AppError } from "~/domain/errors";

/** The reader thread holds a slice of each. */
const MOST_AT_ONCE = 8;

/** An export has a place while its body is open. */
const openExports = new PQueue({ concurrency: MOST_AT_ONCE });

export function refuseMoreExports(): void {
  if (openExports.pending >= MOST_AT_ONCE)
    throw new AppError("unavailable", `${openExports.pending} exports are already running. Try again in a few seconds.`);
}

/** A body that asks for the next piece only when the previous one has been read. The export's place is free when its work has ended. */
export function exportBody(
  piecesOf: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
  { signal, onError }: { signal: AbortSignal; onError: (error: unknown) => void },
) {
  const left = new AbortController();
  const pieces = piecesOf(left.signal);
  const ended = Promise.withResolvers<void>();
  void openExports.add(() => ended.promise);
  let open = true;
  const end = () => {
    if (!open) return;
    open = false;
    left.abort();
    pieces
      .return(undefined)
      .catch(() => {})
      .finally(ended.resolve);
  };
  signal.addEventListener("abort", end, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done || !open) {
            end();
            controller.close();
          } else controller.enqueue(value);
        } catch (error) {
          if (!open) return;
          end();
          onError(error);
          controller.error(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}
