/** Pages below a path are a build of their own: Next writes the path into it. See bin/prepare.mjs. */
const basePath = process.env.HOSTSCOPE_BASE_PATH ?? "";

/** @type {import("next").NextConfig} */
export default {
  ...(basePath !== "" && { basePath, distDir: process.env.HOSTSCOPE_PAGES ?? "" }),
  // `npm run check` checks the types; whoever only starts the program need not wait for it.
  typescript: {
    ignoreBuildErrors: true,
    // Next adds its folders to the one that it is given.
    ...(basePath !== "" && { tsconfigPath: ".next-paths/tsconfig.json" }),
  },
  // The same sources have the same build; Next would make up a name each time.
  generateBuildId: () => process.env.HOSTSCOPE_BUILD_ID ?? null,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  // Server-sent events say no-transform and stay as they are.
  compress: true,
  images: { unoptimized: true },
  // Pages are loaded when somebody opens them: the server answers half a second sooner, and without pages it never holds them.
  experimental: {
    preloadEntriesOnStart: false,
    // Few files instead of many small ones: the first visit takes half of the requests, and compresses better.
    turbopackChunking: {
      priorityRoutes: [/^\/$/, /^\/page$/],
      firstPageLoadPriority: 1,
      requestCost: 2_000_000,
      minChunkSize: 300_000,
      maxMergeChunkSize: 2_000_000,
    },
  },
  // Native modules, and what starts programs or keeps files open: loaded by Node, not bundled.
  serverExternalPackages: [
    "better-sqlite3",
    "@prisma/adapter-better-sqlite3",
    "better-auth",
    "systeminformation",
    "pino",
    "rotating-file-stream",
  ],
};
