/** How to use what is below, with a mouse and keys, or with a finger. */
export function PointerHint({ mouse, touch }: { mouse: string; touch: string }) {
  return (
    <p className="text-[12.5px] text-muted">
      <span className="pointer-coarse:hidden max-[639px]:hidden">{mouse}</span>
      <span className="hidden pointer-coarse:inline max-[639px]:inline">{touch}</span>
    </p>
  );
}
