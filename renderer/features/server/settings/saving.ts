import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import type { changeContainerBody } from '../../../../shared/http/container-body.ts';
import { changeContainer } from '../../../../shared/http/container-changes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { asSeen, containerKey } from '../use-container.ts';
import type { TakesHold } from './use-draft.ts';

export type Changes = z.input<typeof changeContainerBody>;

/** Saves changes of a server, renews what is known of it, and gives when they take hold. */
export function useSave(id: string) {
  return useMutation({
    mutationFn: (changes: Changes) =>
      api.call(changeContainer, { params: { id }, query: asSeen(id), body: changes }),
    // Also what was refused: it may be, because somebody else was quicker.
    onSettled: () => renew(id),
  });
}

/** Asks again what was decided about a server; resolves when it is known. */
export const renew = (id: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: containerKey(id) });

/** From the answer to a change. */
export const holdOf = ({ restart_required }: { restart_required: readonly string[] }): TakesHold =>
  restart_required.length > 0 ? 'restart' : 'now';
