import { strings } from './shell-strings.ts';
import type { UpdateNotice } from './updates.ts';

export interface OfferOptions {
  /** Resolves to true once the window can be seen, to false if there won't be one. */
  shown: () => Promise<boolean>;
  /** A notification; `onClick` may never be called. */
  notify: (text: string, onClick: () => void) => void;
  show: () => void;
  /** Whether it is to be installed now. */
  confirm: (text: string) => Promise<boolean>;
  install: (work: () => void) => void;
  /** A window that comes within this time, in ms, needs no notification first. */
  soonMs?: number;
}

/**
 * Tells of a new version. Where nothing can be installed from here there is nothing to ask, so it is a notification only. Else it is asked in the
 * window: once that is on the screen, since a question that comes before it would be below it and block it.
 */
export async function offerUpdate({ text, install }: UpdateNotice, options: OfferOptions): Promise<void> {
  const { shown, notify, show, confirm, soonMs = 10_000 } = options;
  if (!install) {
    notify(text, show);
    return;
  }
  const timer = setTimeout(() => notify(strings.updateWaits(), show), soonMs);
  const isShown = await shown();
  clearTimeout(timer);
  if (!isShown) return;
  if (await confirm(text)) options.install(install);
}
