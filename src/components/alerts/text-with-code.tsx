/** A text in which commands and keys stand between grave accents. */
export function TextWithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      <code key={part} className="rounded-[4px] bg-hover px-1 font-mono text-[12px]">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
