-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_alerts" (
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
    "first_cause" TEXT NOT NULL DEFAULT '[]',
    "resolved_at" DATETIME,
    "acknowledged_at" DATETIME,
    "acknowledged_by" TEXT,
    "acknowledged_until" DATETIME,
    "note" TEXT,
    "forecast_seconds" REAL
);
INSERT INTO "new_alerts" ("acknowledged", "acknowledged_at", "acknowledged_by", "alert_type", "cause", "forecast_seconds", "id", "labels", "message", "metric", "metric_value", "note", "resolved", "resolved_at", "severity", "threshold", "timestamp", "unit") SELECT "acknowledged", "acknowledged_at", "acknowledged_by", "alert_type", "cause", "forecast_seconds", "id", "labels", "message", "metric", "metric_value", "note", "resolved", "resolved_at", "severity", "threshold", "timestamp", "unit" FROM "alerts";
DROP TABLE "alerts";
ALTER TABLE "new_alerts" RENAME TO "alerts";
CREATE INDEX "alerts_timestamp_idx" ON "alerts"("timestamp");
CREATE INDEX "alerts_resolved_timestamp_idx" ON "alerts"("resolved", "timestamp");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
