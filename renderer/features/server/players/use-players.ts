import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  askWhoPlays,
  commandPlayer,
  listPlayerSessions,
  readPlayers,
} from '../../../../shared/http/players.ts';
import type { PlayerCommand } from '../../../../shared/model/players.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
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
