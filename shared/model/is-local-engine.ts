import type { EngineState } from './host.ts';

/** The name or address of the other machine that the engine publishes its ports on; null if it is this one, or none was found yet. */
export function remoteEngineHost(state: EngineState): string | null {
  if (state.status !== 'up') return null;
  const host = /^tcp:\/\/(\[[^\]]*\]|[^:/]*)/.exec(state.endpoint)?.[1];
  const isHere = host === undefined || host === 'localhost' || host === '[::1]' || /^127\./.test(host);
  return isHere ? null : host;
}

/** Whether the engine publishes its ports on this machine, as far as is known; true until one was found. */
export const isLocalEngine = (state: EngineState): boolean => remoteEngineHost(state) === null;
