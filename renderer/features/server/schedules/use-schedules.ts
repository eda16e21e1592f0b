import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { cancelOperation } from '../../../../shared/http/operations.ts';
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  listScheduleRuns,
  listSchedules,
  previewSchedule,
  runSchedule,
} from '../../../../shared/http/schedules.ts';
import type { Schedule } from '../../../../shared/model/schedule.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import type { ScheduleBody } from './draft.ts';
import { strings } from './strings.ts';

/** The host tells when this is not what it was (H4). */
const keyOf = (server: string) => liveKey('schedules', server);
const askAgain = (server: string) => queryClient.invalidateQueries({ queryKey: keyOf(server) });

export const useSchedules = (server: string) =>
  useQuery({
    queryKey: [...keyOf(server), 'list'],
    queryFn: ({ signal }) => api.call(listSchedules, { params: { id: server }, signal }),
  });

export const useRuns = (server: string, schedule: string) =>
  useQuery({
    queryKey: [...keyOf(server), 'runs', schedule],
    queryFn: ({ signal }) => api.call(listScheduleRuns, { params: { id: server, schedule }, signal }),
  });

/** What the host makes of an expression; null: there is none to ask about. */
export const usePreview = (cron: string | null, timeZone: string) =>
  useQuery({
    queryKey: ['schedule-preview', cron, timeZone],
    queryFn: ({ signal }) =>
      api.call(previewSchedule, { query: { cron: cron ?? '', time_zone: timeZone }, signal }),
    enabled: cron !== null && timeZone !== '',
    retry: false,
  });

/** Makes one, or changes the one of that id. */
export function useSaveSchedule(server: string, schedule: string | null, onSaved: () => void) {
  return useMutation({
    mutationFn: (body: ScheduleBody) =>
      schedule === null
        ? api.call(createSchedule, { params: { id: server }, body })
        : api.call(changeSchedule, { params: { id: server, schedule }, body }),
    async onSuccess() {
      notifications.show({ message: strings.saved });
      await askAgain(server);
      onSaved();
    },
  });
}

export function useScheduleActs(server: string, { id, name }: Schedule) {
  const params = { id: server, schedule: id };
  const onSettled = () => askAgain(server);
  return {
    run: useMutation({
      mutationFn: () => api.call(runSchedule, { params }),
      onSuccess: () => notifications.show({ message: strings.begun(name) }),
      onError: (error) => showFailure(error, strings.notBegun),
      onSettled,
    }),
    toggle: useMutation({
      mutationFn: (enabled: boolean) => api.call(changeSchedule, { params, body: { enabled } }),
      onError: (error) => showFailure(error, strings.notSwitched),
      onSettled,
    }),
    remove: useMutation({
      mutationFn: () => api.call(deleteSchedule, { params }),
      onSuccess: () => notifications.show({ message: strings.removed }),
      onError: (error) => showFailure(error, strings.notRemoved),
      onSettled,
    }),
  };
}

export const cancelRun = (operation: string) =>
  api.call(cancelOperation, { params: { id: operation } }).catch((error: unknown) => showFailure(error));
