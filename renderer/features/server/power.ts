import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import {
  killContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from '../../../shared/http/containers.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import { api } from '../../link/api.ts';
import { strings } from './strings.ts';

const calls: Record<PowerAction, (id: string) => Promise<unknown>> = {
  start: (id) => api.call(startContainer, { params: { id } }),
  stop: (id) => api.call(stopContainer, { params: { id } }),
  restart: (id) => api.call(restartContainer, { params: { id } }),
  kill: (id) => api.call(killContainer, { params: { id } }),
};

/** Asks the host for a power action on this server; a refusal is told in the host's words. */
export function usePower(id: string) {
  return useMutation({
    mutationFn: (action: PowerAction) => calls[action](id),
    onError: (error, action) => tellFailure(action, error),
  });
}

/** The same outside of a component that shows the server. */
export async function power(id: string, action: PowerAction): Promise<void> {
  try {
    await calls[action](id);
  } catch (error) {
    tellFailure(action, error);
  }
}

function tellFailure(action: PowerAction, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({ color: 'red', title: strings.failed(action), message });
}
