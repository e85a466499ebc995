-- CreateTable
CREATE TABLE "alerts" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "timestamp" DATETIME NOT NULL,
    "alert_type" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "metric_value" REAL,
    "threshold" REAL,
    "acknowledged" BOOLEAN NOT NULL DEFAULT false,
    "resolved" BOOLEAN NOT NULL DEFAULT false,
    "metric" TEXT NOT NULL,
    "labels" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "resolved_at" DATETIME,
    "acknowledged_at" DATETIME,
    "acknowledged_by" TEXT,
    "note" TEXT
);

-- CreateTable
CREATE TABLE "alert_states" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL,
    "alert_id" TEXT
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "channel" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "next_attempt_at" DATETIME NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sent_at" DATETIME,
    "failed_at" DATETIME,
    "answer" TEXT
);

-- CreateIndex
CREATE INDEX "alerts_timestamp_idx" ON "alerts"("timestamp");

-- CreateIndex
CREATE INDEX "alerts_resolved_timestamp_idx" ON "alerts"("resolved", "timestamp");

-- CreateIndex
CREATE INDEX "notifications_sent_at_failed_at_next_attempt_at_idx" ON "notifications"("sent_at", "failed_at", "next_attempt_at");
