import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getCrash, listCrashes, listUnseenCrashes, mendCrash, seeCrash } from '../../shared/http/crashes.ts';
import { api, queryClient } from '../link/api.ts';
import { liveKey, liveKeyOfAll } from '../state/live-key.ts';
import { showFailure } from './show-failure.ts';

const topic = 'crashes';

/** Crash reports of all servers that nobody has looked at yet, newest first; the host tells when there are others (H4). */
export const useUnseenCrashes = (isAllowed: boolean) =>
  useQuery({
    queryKey: liveKeyOfAll(topic),
    queryFn: ({ signal }) => api.call(listUnseenCrashes, { signal }),
    enabled: isAllowed,
  });

/** All that are kept of a server, newest first. */
export const useCrashes = (server: string, isAllowed: boolean) =>
  useQuery({
    queryKey: [...liveKey(topic, server), 'list'],
    queryFn: ({ signal }) => api.call(listCrashes, { params: { id: server }, signal }),
    enabled: isAllowed,
  });

/** One with its lines and figures. */
export const useCrashReport = (server: string, crash: string) =>
  useQuery({
    queryKey: [...liveKey(topic, server), 'report', crash],
    queryFn: ({ signal }) => api.call(getCrash, { params: { id: server, crash }, signal }),
  });

const askAgain = (server: string) =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: liveKey(topic, server) }),
    queryClient.invalidateQueries({ queryKey: liveKeyOfAll(topic) }),
  ]);

/** Notes that somebody has looked at a report of this server, and with it at all earlier ones. */
export function useSeeCrash(server: string) {
  return useMutation({
    mutationFn: (crash: string) => api.call(seeCrash, { params: { id: server, crash } }),
    onError: (error) => showFailure(error),
    onSettled: () => askAgain(server),
  });
}

interface MendRequest {
  crash: string;
  mend: string;
  start: boolean;
}

/** Has the host do what may mend it. */
export function useMendCrash(server: string) {
  return useMutation({
    mutationFn: ({ crash, ...body }: MendRequest) =>
      api.call(mendCrash, { params: { id: server, crash }, body }),
    // Here, since who asked is gone from the page by then.
    onSuccess: ({ message }) => void notifications.show({ message }),
    onError: (error) => showFailure(error),
    onSettled: () => askAgain(server),
  });
}
