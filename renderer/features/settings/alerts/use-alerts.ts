import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  changeAlertTarget,
  createAlertTarget,
  deleteAlertTarget,
  listAlertDeliveries,
  listAlertTargets,
  testAlertTarget,
} from '../../../../shared/http/alerts.ts';
import type { Target, TargetDefinition } from '../../../../shared/model/alert.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { strings } from './strings.ts';

/** The host tells when this is not what it was (H4). */
const key = liveKey('alerts', null);
const askAgain = () => queryClient.invalidateQueries({ queryKey: key });

export const useAlertTargets = () =>
  useQuery({
    queryKey: [...key, 'list'],
    queryFn: ({ signal }) => api.call(listAlertTargets, { signal }),
  });

export const useDeliveries = (id: string) =>
  useQuery({
    queryKey: [...key, 'deliveries', id],
    queryFn: ({ signal }) => api.call(listAlertDeliveries, { params: { id }, signal }),
  });

/** What a form sends: everything but what is kept as it is. */
export type TargetBody = Pick<TargetDefinition, 'name' | 'form' | 'events' | 'servers' | 'quiet' | 'gather'> &
  Partial<Pick<TargetDefinition, 'url' | 'secret'>>;

/** Makes one, or changes the one of that id. */
export function useSaveTarget(id: string | null, onSaved: () => void) {
  return useMutation({
    mutationFn: (body: TargetBody) =>
      id === null
        ? api.call(createAlertTarget, { body: { ...body, url: body.url ?? '' } })
        : api.call(changeAlertTarget, { params: { id }, body }),
    async onSuccess() {
      notifications.show({ message: strings.saved });
      await askAgain();
      onSaved();
    },
  });
}

export function useTargetActs({ id, name }: Target) {
  const params = { id };
  return {
    test: useMutation({
      mutationFn: () => api.call(testAlertTarget, { params }),
      onError: (error) => showFailure(error, strings.testFailed(name)),
      onSettled: askAgain,
    }),
    toggle: useMutation({
      mutationFn: (enabled: boolean) => api.call(changeAlertTarget, { params, body: { enabled } }),
      onError: (error) => showFailure(error, strings.notSwitched),
      onSettled: askAgain,
    }),
    remove: useMutation({
      mutationFn: () => api.call(deleteAlertTarget, { params }),
      onSuccess: () => notifications.show({ message: strings.removed }),
      onError: (error) => showFailure(error, strings.notRemoved),
      onSettled: askAgain,
    }),
  };
}
