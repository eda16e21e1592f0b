import { resolve } from 'node:path';

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, '../..');
export const inRoot = (...parts) => resolve(root, ...parts);
/** Ignored by git: locks, and what is slow to make. */
export const cacheDir = inRoot('.cache');
export const setupLock = inRoot('.cache/setup.lock');
