/** @type {import("next").NextConfig} */
export default {
  // `npm run check` checks the types; whoever only starts the program need not wait for it.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  // Server-sent events say no-transform and stay as they are.
  compress: true,
  images: { unoptimized: true },
  // Pages are loaded when somebody opens them: the server answers half a second sooner, and without pages it never holds them.
  experimental: { preloadEntriesOnStart: false },
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
