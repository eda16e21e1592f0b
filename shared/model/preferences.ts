import { z } from 'zod';
import { languageChoices } from '../texts/language.ts';

/** What the desktop app is to do; the host knows nothing of it. Each setting has a default, so an older file stays good. */
export const preferencesSchema = z.object({
  /** Closing the window leaves the app in the tray. */
  close_to_tray: z.boolean().default(true),
  start_at_login: z.boolean().default(false),
  /** Started at login, it shows no window. */
  start_hidden: z.boolean().default(true),
  notifications: z.enum(['all', 'problems', 'none']).default('all'),
  /** What becomes of running servers when the app ends; `ask` asks once and keeps the answer if the user wants that. */
  on_quit: z.enum(['ask', 'leave', 'stop']).default('ask'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Of its menus, its tray and its questions; the page has chosen it for itself as well. */
  language: z.enum(languageChoices).default('system'),
  /** A new version of the app that the user doesn't want to be told of. */
  skipped_version: z.string().max(100).nullable().default(null),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** What a page may change at once; unknown keys are refused. */
export const preferenceChangesSchema = z
  .strictObject({
    close_to_tray: z.boolean(),
    start_at_login: z.boolean(),
    start_hidden: z.boolean(),
    notifications: z.enum(['all', 'problems', 'none']),
    on_quit: z.enum(['ask', 'leave', 'stop']),
    theme: z.enum(['system', 'light', 'dark']),
    language: z.enum(languageChoices),
    skipped_version: z.string().max(100).nullable(),
  })
  .partial();
export type PreferenceChanges = z.infer<typeof preferenceChangesSchema>;

/**
 * `host`: whether the app runs the host itself, or shows one that ran before it, as a service does. `tray`: whether the desktop shows tray
 * icons. `packaged`: installed, and so without npm.
 */
export const desktopVersionsSchema = z.object({
  app: z.string(),
  electron: z.string(),
  chromium: z.string(),
  host: z.enum(['own', 'attached']),
  data_dir: z.string(),
  tray: z.boolean(),
  packaged: z.boolean(),
});
export type DesktopVersions = z.infer<typeof desktopVersionsSchema>;
