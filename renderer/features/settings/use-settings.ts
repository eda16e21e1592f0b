import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { changeSettings, type changeSettingsBody, readSettings } from '../../../shared/http/settings.ts';
import { api, queryClient } from '../../link/api.ts';
import { savedMessage } from './saved-message.ts';

export const settingsKey = ['settings'];

type SettingsChanges = z.input<typeof changeSettingsBody>;

/** What can be changed of the host, as it is in force. */
export function useSettings() {
  return useQuery({
    queryKey: settingsKey,
    queryFn: ({ signal }) => api.call(readSettings, { signal }),
  });
}

/** Saves changes of the host's settings, and tells when they take hold. */
export function useChangeSettings() {
  return useMutation({
    mutationFn: (body: SettingsChanges) => api.call(changeSettings, { body }),
    onSuccess({ changed_keys, ...settings }) {
      queryClient.setQueryData(settingsKey, settings);
      notifications.show(savedMessage(changed_keys, settings));
    },
  });
}
