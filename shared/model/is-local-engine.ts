import type { EngineState } from './host.ts';

/** Whether the engine publishes its ports on this machine, as far as is known; true until one was found. */
export function isLocalEngine(state: EngineState): boolean {
  if (state.status !== 'up') return true;
  const host = /^tcp:\/\/(\[[^\]]*\]|[^:/]*)/.exec(state.endpoint)?.[1];
  return host === undefined || host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
