-- CreateTable
CREATE TABLE "containers" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "image" TEXT,
    "project" TEXT,
    "pod" TEXT,
    "seen_at" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "containers_seen_at_idx" ON "containers"("seen_at");
