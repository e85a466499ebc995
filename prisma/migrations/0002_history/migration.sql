-- CreateTable
CREATE TABLE "chunks" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "start" INTEGER NOT NULL,
    "interval" INTEGER NOT NULL,
    "group" INTEGER NOT NULL,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "rollups" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "tier" INTEGER NOT NULL,
    "start" INTEGER NOT NULL,
    "group" INTEGER NOT NULL,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "process_blocks" (
    "start" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);

-- CreateIndex
CREATE INDEX "chunks_start_idx" ON "chunks"("start");

-- CreateIndex
CREATE UNIQUE INDEX "chunks_group_start_key" ON "chunks"("group", "start");

-- CreateIndex
CREATE UNIQUE INDEX "rollups_tier_group_start_key" ON "rollups"("tier", "group", "start");
