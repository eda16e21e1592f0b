import { useMutation } from '@tanstack/react-query';
import { askPower } from '../../client/power.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { api } from '../link/api.ts';
import { powerStrings as strings } from './power-strings.ts';
import { showFailure } from './show-failure.ts';

/** Asks the host for a power action on this server; a refusal is told in the host's words. */
export function usePower(id: string) {
  return useMutation({
    mutationFn: (action: PowerAction) => askPower(api, id, action),
    onError: (error, action) => showPowerFailure(action, error),
  });
}

/** The same outside of a component that shows the server. */
export async function power(id: string, action: PowerAction): Promise<void> {
  try {
    await askPower(api, id, action);
  } catch (error) {
    showPowerFailure(action, error);
  }
}

function showPowerFailure(action: PowerAction, error: unknown): void {
  showFailure(error, strings.failed(action));
}
