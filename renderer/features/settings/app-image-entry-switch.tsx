import { Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { desktopApp } from '../../link/desktop.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { desktopStrings as strings } from './desktop-strings.ts';

const key = ['desktop', 'app-image-entry'];

/** For an AppImage, which no package manager puts into the menu. */
export function AppImageEntrySwitch() {
  const app = desktopApp();
  const client = useQueryClient();
  const { data: state } = useQuery({ queryKey: key, queryFn: () => app?.appImageEntry() ?? null });
  const change = useMutation({
    mutationFn: async (on: boolean) => (await app?.setAppImageEntry(on)) ?? null,
    onSuccess: (now) => client.setQueryData(key, now),
    onError: (error) => showFailure(error),
  });
  if (!state || state === 'unavailable') return null;
  return (
    <Switch
      label={strings.menuEntry}
      description={strings.menuEntryHelp}
      checked={state === 'on'}
      disabled={change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}
