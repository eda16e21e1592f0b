import { textsOf } from '../../../../shared/texts/messages.ts';
import { duration } from '../../../ui/format.ts';
import en from './texts/ago.en.json';

const t = textsOf('features/server/backups/ago', en);

/** `just now`, `3 h ago`, `2 d ago`: the largest unit alone. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  return ms < 60_000 ? t('now') : t('ago', { time: duration(ms, 1) });
}
