-- CreateTable
CREATE TABLE "settings" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL,
    "changed_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "series" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "metric" TEXT NOT NULL,
    "labels" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "layouts" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "series" BLOB NOT NULL
);

-- CreateTable
CREATE TABLE "sample_log" (
    "at" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "layout" INTEGER NOT NULL,
    "values" BLOB NOT NULL,
    "crc" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "system_metrics" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "timestamp" DATETIME NOT NULL,
    "cpu_percent" REAL,
    "cpu_freq" REAL,
    "load_avg" REAL,
    "memory_percent" REAL,
    "memory_used" REAL,
    "memory_total" REAL,
    "swap_percent" REAL,
    "disk_usage" REAL,
    "disk_io" REAL,
    "disk_read" REAL,
    "disk_write" REAL,
    "network_io" REAL,
    "network_in" REAL,
    "network_out" REAL
);

-- CreateTable
CREATE TABLE "process_metrics" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "timestamp" DATETIME NOT NULL,
    "pid" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "cpu_percent" REAL,
    "memory_percent" REAL,
    "memory_used" REAL NOT NULL,
    "status" TEXT NOT NULL,
    "num_threads" INTEGER NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "series_metric_labels_key" ON "series"("metric", "labels");

-- CreateIndex
CREATE INDEX "system_metrics_timestamp_idx" ON "system_metrics"("timestamp");

-- CreateIndex
CREATE INDEX "process_metrics_timestamp_idx" ON "process_metrics"("timestamp");

-- CreateIndex
CREATE INDEX "process_metrics_name_timestamp_idx" ON "process_metrics"("name", "timestamp");
