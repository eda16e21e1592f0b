import { z } from 'zod';

/** Whether the AppImage that runs has a menu entry of the user's, which also opens lightdeck:// links. `unavailable`: it isn't an AppImage. */
export const appImageEntrySchema = z.enum(['unavailable', 'off', 'on']);
export type AppImageEntryState = z.infer<typeof appImageEntrySchema>;
