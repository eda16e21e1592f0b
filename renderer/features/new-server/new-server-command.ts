import type { PaletteCommand } from '../feature.ts';

/** But for its mark. `path` is behind `/new/`. */
export const newServerCommand = (name: string, path: string): Omit<PaletteCommand, 'mark'> => ({
  id: `new:${path}`,
  kind: 'actions',
  label: `New server: ${name}`,
  keywords: 'create add install template egg',
  isOnlyFound: true,
  action: { to: `/new/${path}` },
});
