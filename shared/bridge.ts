import type { Connection } from './model/connection.ts';

/** All that the desktop app gives its page beyond what a browser has: shell matters only, nothing about servers. */
export interface Bridge {
  /** Asks the main process; what arrives is parsed by the page. Rejects for any page but our own. */
  connection(): Promise<Connection>;
}

/** The bridge's name on the page's global object. */
export const bridgeName = 'lightdeck';
/** Names of the messages between page and main process. */
export const bridgeChannels = { connection: 'connection' } as const;
