import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import type { changeContainerBody } from '../../../../shared/http/container-body.ts';
import { changeContainer } from '../../../../shared/http/container-changes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { containerKey } from '../use-container.ts';
import { strings } from './strings.ts';

export type Changes = z.input<typeof changeContainerBody>;

/** Saves changes of a server, tells when they take hold, and renews what is known of it. */
export function useSave(id: string) {
  const onSuccess = useSaved(id);
  return useMutation({
    mutationFn: (changes: Changes) => api.call(changeContainer, { params: { id }, body: changes }),
    onSuccess,
  });
}

/** What is done with the answer to a change; resolves when what is known of the server is renewed. */
export function useSaved(id: string) {
  return ({ restart_required }: { restart_required: readonly string[] }): Promise<void> => {
    notifications.show({ message: restart_required.length > 0 ? strings.savedWaits : strings.saved });
    return queryClient.invalidateQueries({ queryKey: containerKey(id) });
  };
}
