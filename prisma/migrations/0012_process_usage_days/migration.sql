-- CreateTable
CREATE TABLE "process_usage_days" (
    "start" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "data" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);
