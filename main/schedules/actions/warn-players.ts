import { LightdeckError } from '../../../shared/errors.ts';
import { minutesPlaceholder, timePlaceholder, type Warnings } from '../../../shared/model/schedule.ts';
import type { StepContext } from '../contract.ts';
import type { AwaitedServers } from './await-server.ts';

const minuteMs = 60_000;

/**
 * Warns by the console at each of the minutes before, the first one at once, and resolves when the time has come. A warning that the server
 * doesn't take warns nobody, and is no failure. Throws the signal's reason.
 */
export async function warnPlayers(
  { minutes, command }: Warnings,
  { server, signal, progress }: StepContext,
  { servers, clock }: AwaitedServers,
): Promise<void> {
  const moments = minutes.toSorted((a, b) => b - a);
  for (const [index, left] of moments.entries()) {
    signal.throwIfAborted();
    const words = left === 1 ? '1 minute' : `${left} minutes`;
    progress(`Players are warned: ${words} left`);
    try {
      const line = command.replaceAll(timePlaceholder, words).replaceAll(minutesPlaceholder, String(left));
      servers.sendCommand(server, `${line}\n`);
    } catch (error) {
      if (!(error instanceof LightdeckError)) throw error;
    }
    await clock.pause((left - (moments[index + 1] ?? 0)) * minuteMs, signal);
  }
  signal.throwIfAborted();
}
