import type { DaemonMessage } from '../../../state/server-store.ts';

/** A command that was sent, and the newest message of that moment (0: none). */
export interface SentCommand {
  line: string;
  messageId: number;
}

/** The host's words for a command that reached no program (S12, S13). */
const refusal = /^Error: .*(not sent\b|not permitted: console\.send)/;

/** The line of a command that the host has refused since, so that it can stand in its field again; null if it has not. */
export function refusedCommand(sent: SentCommand | null, messages: readonly DaemonMessage[]): string | null {
  if (sent === null) return null;
  const isRefused = messages.some(({ id, text }) => id > sent.messageId && refusal.test(text));
  return isRefused ? sent.line : null;
}
