import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaClient } from "../store/generated/client";

/** A separate client: on a shared one, a failed interactive transaction of better-auth would roll back other callers' writes. */
export async function openAuthClient(path: string, timeoutMs: number): Promise<PrismaClient> {
  const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${path}`, timeout: timeoutMs }) });
  await prisma.$queryRaw`PRAGMA synchronous = FULL`;
  await prisma.$queryRaw`PRAGMA foreign_keys = ON`;
  await prisma.$queryRaw`PRAGMA wal_autocheckpoint = 0`;
  return prisma;
}
