import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  askWhoPlays,
  commandPlayer,
  listPlayerSessions,
  readPlayerCounts,
  readPlayers,
} from '../../../../shared/http/players.ts';
import type { PlayerCommand } from '../../../../shared/model/players.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { type KeptRange, spans } from '../console/history.ts';
import { strings } from './strings.ts';

/** The host tells when this is not what it was (H4). */
const keyOf = (server: string) => liveKey('players', server);
/** The host asks the server more often while somebody asks it, in ms. */
const lookEveryMs = 30_000;

export const usePlayers = (server: string) =>
  useQuery({
    queryKey: [...keyOf(server), 'now'],
    queryFn: ({ signal }) => api.call(readPlayers, { params: { id: server }, signal }),
    refetchInterval: lookEveryMs,
  });

export const useVisits = (server: string, isAllowed: boolean) =>
  useQuery({
    queryKey: [...keyOf(server), 'sessions'],
    queryFn: ({ signal }) => api.call(listPlayerSessions, { params: { id: server }, signal }),
    enabled: isAllowed,
  });

/** Of a count's step, in seconds: what a narrow chart can still show. */
const countSteps: Record<KeptRange, number> = { '1h': 60, '24h': 600, '30d': 14_400 };

export const useCounts = (server: string, range: KeptRange) =>
  useQuery({
    queryKey: [...keyOf(server), 'counts', range],
    queryFn: async ({ signal }) => {
      const step = countSteps[range];
      const to = Math.floor(Date.now() / 1000) + 1;
      const from = to - spans[range];
      const query = { from: String(from), to: String(to), step: String(step) };
      return {
        ...(await api.call(readPlayerCounts, { params: { id: server }, query, signal })),
        from,
        to,
        step,
      };
    },
  });

export const useAsk = (server: string) =>
  useMutation({
    mutationFn: () => api.call(askWhoPlays, { params: { id: server } }),
    onError: (error) => showFailure(error, strings.notAsked),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(server) }),
  });

export const usePlayerCommand = (server: string) =>
  useMutation({
    mutationFn: ({ command, name }: { command: PlayerCommand; name: string }) =>
      api.call(commandPlayer, { params: { id: server, command }, body: { name } }),
    onSuccess: ({ sent }) => notifications.show({ message: strings.sent(sent) }),
    onError: (error) => showFailure(error, strings.notSent),
  });
