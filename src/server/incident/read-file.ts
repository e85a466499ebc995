/** Reads an incident file, which may come from anybody, into a new database in a private folder. */
import { createHash } from "node:crypto";
import { createReadStream, type Stats, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { brotliDecompressSync, createBrotliDecompress } from "node:zlib";
import { z } from "zod";
import { StartError } from "~/domain/errors";
import { printable } from "~/domain/printable";
import { ForeignRecordError } from "../store/excerpt/check-block";
import { type ExcerptRecord, ROW_TABLES, type RowTable } from "../store/excerpt/records";
import type { ExcerptWriter } from "../store/excerpt/write-excerpt";
import { DIGEST_BYTES, type EndRecord, FrameError, FrameReader, LIMITS, PREFIX_BYTES, readPrefix } from "./frames";
import { FORMAT, type IncidentHead, incidentHead } from "./head";

const time = z.number().int().min(0).max(8.64e15);
const group = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
const cell = z.union([z.string().max(2 ** 20), z.number(), z.null()]);

const record = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("series"),
    id: z
      .number()
      .int()
      .min(1)
      .max(2 ** 35),
    metric: z.string().min(1).max(500),
    labels: z.record(z.string().max(500), z.string().max(10_000)),
  }),
  z.strictObject({
    kind: z.literal("chunk"),
    start: time,
    interval: z.number().int().min(1).max(3_600_000),
    group,
    sealed: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("rollup"), tier: z.number().int(), start: time, group }),
  z.strictObject({ kind: z.literal("processes"), start: time }),
  z.strictObject({ kind: z.literal("usage"), start: time, span: z.enum(["hour", "day"]) }),
  z.strictObject({
    kind: z.literal("row"),
    table: z.enum(Object.keys(ROW_TABLES) as [RowTable, ...RowTable[]]),
    row: z.record(z.string().max(100), cell),
  }),
  z.strictObject({ kind: z.literal("end"), records: z.number().int().min(0) }),
]) satisfies z.ZodType<ExcerptRecord | EndRecord>;

/** Whoever wrote the file may have cut it or made it up. */
function damaged(path: string, why: string): StartError {
  return new StartError(65, `${path} is damaged (${why}). Copy it again from where it was saved.`);
}

/** Throws a StartError with 65 for what cannot be read. The writer's database is migrated and empty. */
export async function readIncident(path: string, writer: ExcerptWriter): Promise<IncidentHead> {
  const { size } = regularFile(path);
  const file = await open(path, "r");
  try {
    const { headBytes } = await checkedPrefix(path, file, size);
    const head = readHead(path, await bytesAt(file, PREFIX_BYTES, headBytes));
    await checkDigest(path, file, size);
    await readRecords(path, { begin: PREFIX_BYTES + headBytes, end: size - DIGEST_BYTES }, writer);
    return head;
  } finally {
    await file.close();
  }
}

function regularFile(path: string): Stats {
  let facts: Stats;
  try {
    facts = statSync(path);
  } catch (error) {
    throw new StartError(65, `Cannot open ${path} (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
  if (facts.isDirectory()) throw new StartError(65, `${path} is a folder. Specify an incident file.`);
  if (!facts.isFile()) throw new StartError(65, `${path} is not a regular file. Copy its contents to one.`);
  if (facts.size > LIMITS.fileBytes) {
    throw new StartError(65, `${path} is too large for an incident file (at most ${LIMITS.fileBytes / 2 ** 20} MiB).`);
  }
  return facts;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function checkedPrefix(path: string, file: FileHandle, size: number): Promise<{ headBytes: number }> {
  const prefix = readPrefix(await bytesAt(file, 0, PREFIX_BYTES));
  if (!prefix) throw new StartError(65, `${path} is not an incident file. \`hostscope incident FILE\` saves one.`);
  if (prefix.format > FORMAT) {
    throw new StartError(
      65,
      `${path} was saved by a newer Hostscope (format ${prefix.format}; this version reads up to ${FORMAT}). Open it with that version.`,
    );
  }
  if (prefix.headBytes > LIMITS.headBytes || PREFIX_BYTES + prefix.headBytes + DIGEST_BYTES > size)
    throw damaged(path, "it is cut off");
  return prefix;
}

function readHead(path: string, packed: Buffer): IncidentHead {
  try {
    const text = brotliDecompressSync(packed, { maxOutputLength: LIMITS.headBytes }).toString("utf8");
    const head = cleanedTexts(JSON.parse(text)) as IncidentHead;
    const { timeZone } = incidentHead.parse(head);
    // As it is written: the schema would put the fields of rules in another order.
    if (head.from < head.to) return { ...head, timeZone };
  } catch {
    // Whatever is wrong with it: nobody else has written it as we do.
  }
  throw damaged(path, "its head cannot be read");
}

function cleanedTexts(value: unknown): unknown {
  if (typeof value === "string") return value.split("\n").map(printable).join("\n");
  if (Array.isArray(value)) return value.map(cleanedTexts);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleanedTexts(inner)]));
}

async function checkDigest(path: string, file: FileHandle, size: number): Promise<void> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path, { end: size - DIGEST_BYTES - 1 })) hash.update(bytes as Buffer);
  if (!hash.digest().equals(await bytesAt(file, size - DIGEST_BYTES, DIGEST_BYTES))) throw damaged(path, "its checksum is wrong");
}

async function readRecords(path: string, { begin, end }: { begin: number; end: number }, writer: ExcerptWriter) {
  const reader = new FrameReader();
  let [bodyBytes, records, isOver] = [0, 0, false];
  const body = end > begin ? createReadStream(path, { start: begin, end: end - 1 }) : null;
  if (!body) throw damaged(path, "it is cut off");
  try {
    const plain = body.pipe(createBrotliDecompress());
    body.on("error", (error) => plain.destroy(error));
    for await (const bytes of plain) {
      bodyBytes += (bytes as Buffer).length;
      if (bodyBytes > LIMITS.bodyBytes) throw new FrameError("it unpacks to more data than a machine writes in a day");
      for (const { json, data } of reader.push(bytes as Buffer)) {
        if (isOver) throw new FrameError("there is data after its end");
        const one: ExcerptRecord | EndRecord = record.parse(JSON.parse(json));
        isOver = one.kind === "end";
        if (one.kind !== "end") {
          writer.add({ record: one, data });
          records++;
        } else if (one.records !== records) throw new FrameError("records are missing");
      }
    }
    if (!isOver || !reader.isEmpty) throw new FrameError("its end is missing");
    writer.finish();
  } catch (error) {
    if (error instanceof FrameError || error instanceof ForeignRecordError) throw damaged(path, error.message);
    const { code = "" } = error as { code?: string };
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw damaged(path, "a record cannot be read");
    if (/^(Z_|ERR_(_ERROR|BROTLI|PADDING|CL_SPACE)|ERR__ERROR)/.test(code)) throw damaged(path, "it does not unpack");
    if (code === "ENOSPC" || code === "SQLITE_FULL")
      throw new StartError(73, `There is not enough disk space to unpack ${path}. Set TMPDIR to a folder with more space.`);
    throw error;
  }
}
