-- AlterTable
ALTER TABLE "alerts" ADD COLUMN "forecast_seconds" REAL;

-- CreateTable
CREATE TABLE "alert_groups" (
    "channel" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "silences" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "rule" TEXT NOT NULL,
    "match" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "starts_at" DATETIME NOT NULL,
    "ends_at" DATETIME NOT NULL,
    "created_by" TEXT,
    "created_at" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "silences_ends_at_idx" ON "silences"("ends_at");
