declare global {
  /** Zod looks here for its settings when it is loaded, and takes what it finds. */
  var __zod_globalConfig: { jitless?: boolean } | undefined;
}

// The page's policy forbids code made from strings, which zod would try for speed. Set before zod is loaded, and without
// loading it: this file is a chunk of its own that comes first, whatever the others are put together of.
globalThis.__zod_globalConfig = { jitless: true };

export {};
