-- CreateTable
CREATE TABLE "process_ticks" (
    "at" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "process_usage" (
    "start" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);
