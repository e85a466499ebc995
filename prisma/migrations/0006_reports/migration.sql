-- CreateTable
CREATE TABLE "reports" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "schedule" TEXT,
    "format" TEXT NOT NULL,
    "from" DATETIME NOT NULL,
    "to" DATETIME NOT NULL,
    "time_zone" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "finished_at" DATETIME,
    "bytes" INTEGER,
    "error" TEXT,
    "file_name" TEXT NOT NULL,
    "delivery" TEXT,
    "delivery_attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" DATETIME,
    "delivery_answer" TEXT
);

-- CreateTable
CREATE TABLE "report_schedules" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "done_until" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "reports_created_at_idx" ON "reports"("created_at");
