import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaClient } from "../generated/client";
import { isLocked } from "./database";

/**
 * Opens Prisma on the database file, for all relational data that is not written every minute. Another process's lock fails at
 * once; `retried` tries again.
 */
export async function openPrisma(path: string): Promise<PrismaClient> {
  const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }) });
  await prisma.$queryRaw`PRAGMA synchronous = NORMAL`;
  await prisma.$queryRaw`PRAGMA wal_autocheckpoint = 0`;
  return prisma;
}

const RETRY_AFTER_MS = [20, 50, 100, 200, 500, 1000, 2000];

function isBusy(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${JSON.stringify((error as { meta?: unknown }).meta ?? "")}` : "";
  return isLocked(error) || /SocketTimeout|database is locked|SQLITE_BUSY|P1008/i.test(text);
}

/** Retries a statement while another process locks the database. Gives up after about four seconds with the last error. */
export async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (const wait of RETRY_AFTER_MS) {
    try {
      return await run();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return run();
}
