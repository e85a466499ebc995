-- AlterTable
ALTER TABLE "audit" ADD COLUMN "changes" TEXT;
