/**
 * Compares prisma/schema.prisma with the result of prisma/migrations.
 *   npm run db:migration NAME         writes the difference as a new migration
 *   npm run db:migration -- --check   fails when there is a difference
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import Database from "better-sqlite3";

const SCHEMA = resolve("prisma/schema.prisma");
const MIGRATIONS = resolve("prisma/migrations");

function migrationNames(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => /^\d{4}_/.test(name))
    .sort();
}

/** Node 22 cannot import WebAssembly, so instantiate it here and pass it to the package's binding. */
async function loadEngine(): Promise<typeof engineModule.SchemaEngine> {
  const binding = engineModule as typeof engineModule & { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  const path = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm")
    .replace(/\.js$/, "_bg.wasm");
  const { instance } = await WebAssembly.instantiate(readFileSync(path), {
    "./schema_engine_bg.js": binding as WebAssembly.ModuleImports,
  });
  binding.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return binding.SchemaEngine;
}

/** The SQL that takes the migrations to the schema; "" when they agree. */
async function difference(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-migration-"));
  try {
    const path = join(folder, "main.db");
    const database = new Database(path);
    for (const name of migrationNames()) database.exec(readFileSync(join(MIGRATIONS, name, "migration.sql"), "utf8"));
    database.close();
    const files = [{ path: SCHEMA, content: readFileSync(SCHEMA, "utf8") }];
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaBetterSqlite3({ url: `file:${path}` }));
    const Engine = await loadEngine();
    const engine = await Engine.new({ datamodels: files.map((file) => [file.path, file.content]) }, () => {}, adapter);
    const result = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: folder },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const sql = (result.stdout ?? "").trim();
    return sql === "-- This is an empty migration." ? "" : sql;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [argument] = process.argv.slice(2);
if (!argument) {
  console.error("usage: npm run db:migration NAME");
  process.exit(2);
}
const sql = await difference();
if (argument === "--check") {
  if (sql !== "") {
    console.error(`prisma/schema.prisma and prisma/migrations differ: run \`npm run db:migration NAME\`\n\n${sql}`);
    process.exit(1);
  }
} else if (sql === "") {
  console.log("The migrations build the schema already: nothing to write.");
} else {
  const number = String(migrationNames().length + 1).padStart(4, "0");
  const folder = join(MIGRATIONS, `${number}_${argument.replace(/[^a-z0-9]+/gi, "_").toLowerCase()}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "migration.sql"), `${sql}\n`);
  console.log(`wrote ${folder}/migration.sql`);
}
