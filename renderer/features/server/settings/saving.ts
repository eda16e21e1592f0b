import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { changeContainerBody } from '../../../../shared/http/container-body.ts';
import { changeContainer } from '../../../../shared/http/container-changes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { containerKey } from '../use-container.ts';
import { words } from './words.ts';

export type Changes = z.input<typeof changeContainerBody>;

/** What was changed by this page and waits for a start, by server; the run (its start, Unix ms) that it waited in. */
export const waitingStore = createStore<Record<string, { run: number | null; fields: readonly string[] }>>(
  () => ({}),
);

/** Saves changes of a server, tells when they take hold, and renews what is known of it. `run`: `started_at` of its run. */
export function useSave(id: string, run: number | null) {
  return useMutation({
    mutationFn: (changes: Changes) => api.call(changeContainer, { params: { id }, body: changes }),
    onSuccess({ restart_required }) {
      const before = waitingStore.getState()[id];
      const kept = before?.run === run ? before.fields : [];
      waitingStore.setState({ [id]: { run, fields: [...new Set([...kept, ...restart_required])] } });
      notifications.show({ message: restart_required.length > 0 ? words.savedWaits : words.saved });
      return queryClient.invalidateQueries({ queryKey: containerKey(id) });
    },
  });
}
