import type { PaletteCommand } from '../feature.ts';
import { commandKeywords, commandOf } from './title.ts';

/** But for its mark. `path` is behind `/new/`. */
export const newServerCommand = (name: string, path: string): Omit<PaletteCommand, 'mark'> => ({
  id: `new:${path}`,
  kind: 'actions',
  label: commandOf(name),
  keywords: commandKeywords,
  isOnlyFound: true,
  action: { to: `/new/${path}` },
});
