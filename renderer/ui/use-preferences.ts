import { useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { PreferenceChanges } from '../../shared/model/preferences.ts';
import { queryClient } from '../link/api.ts';
import { desktopApp } from '../link/desktop.ts';
import { showFailure } from './show-failure.ts';

/** `auto`: as the system has it. */
export type Theme = 'auto' | 'light' | 'dark';

const key = ['desktop', 'preferences'];

/** What the desktop app is to do; nothing in a browser. */
export function usePreferences() {
  const app = desktopApp();
  return useQuery({
    queryKey: key,
    queryFn: () => app?.preferences() ?? null,
    enabled: app !== null,
  });
}

/** Changes what the desktop app is to do, at once; what fails is told. */
export function useChangePreferences() {
  return useMutation({
    mutationFn: async (changes: PreferenceChanges) => desktopApp()?.changePreferences(changes) ?? null,
    onSuccess: (preferences) => queryClient.setQueryData(key, preferences),
    onError: (error) => showFailure(error),
  });
}

/**
 * The theme and its change. In a browser the page keeps it for itself. In the desktop app it is the app's, with menus and dialogs, and the
 * page follows what the app says the system has.
 */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data } = usePreferences();
  const { mutate } = useChangePreferences();
  if (!desktopApp()) return { theme: colorScheme, setTheme: setColorScheme };
  return {
    theme: data && data.theme !== 'system' ? data.theme : 'auto',
    setTheme(theme) {
      // Whatever an older version of the page has kept here.
      setColorScheme('auto');
      mutate({ theme: theme === 'auto' ? 'system' : theme });
    },
  };
}
