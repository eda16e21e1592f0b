import { IconSunMoon } from '@tabler/icons-react';
import type { CommandContext, PaletteCommand } from '../feature.ts';
import { settingsNames as names } from './names.ts';

const themes = ['light', 'dark', 'auto'] as const;

export const themeCommands = ({ setTheme }: CommandContext): PaletteCommand[] =>
  themes.map((theme) => ({
    id: `theme:${theme}`,
    kind: 'actions',
    label: names.themeCommands[theme],
    keywords: names.themeKeywords,
    mark: <IconSunMoon size={16} />,
    isOnlyFound: false,
    action: { run: () => setTheme(theme) },
  }));
