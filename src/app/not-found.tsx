import Link from "next/link";

export default function NotFound() {
  return (
    <div className="flex flex-col items-start gap-3 py-8">
      <h1 className="text-[20px] font-semibold">There is no such page</h1>
      <p className="text-muted">The address may have been typed wrongly, or the page was in an older version.</p>
      <Link href="/" className="rounded-[10px] border border-line px-3 py-2 hover:bg-hover">
        To the overview
      </Link>
    </div>
  );
}
