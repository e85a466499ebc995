-- CreateTable
CREATE TABLE "custom_metrics" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "timestamp" DATETIME NOT NULL,
    "metric_name" TEXT NOT NULL,
    "metric_value" REAL NOT NULL,
    "metric_type" TEXT NOT NULL,
    "tags" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "custom_metrics_metric_name_timestamp_idx" ON "custom_metrics"("metric_name", "timestamp");

-- CreateIndex
CREATE INDEX "custom_metrics_timestamp_idx" ON "custom_metrics"("timestamp");
