import type { Preferences } from '../../shared/model/preferences.ts';

/** What becomes of the window when it is closed: it goes on in the tray, or where there is none in the list of windows, or ends. */
export type CloseAct = 'hide' | 'minimize' | 'close';

/** A window that hides where no tray shows an icon could not be found again. Pure. */
export function closeAct({ close_to_tray }: Preferences, hasTray: boolean): CloseAct {
  if (!close_to_tray) return 'close';
  return hasTray ? 'hide' : 'minimize';
}
