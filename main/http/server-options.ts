import type { ServerOptions } from 'node:http';

/**
 * For every `http.createServer` that our handler listens through: who sends slowly, or nothing, doesn't hold a connection
 * (slow-loris). All in milliseconds but the header size, which is bytes. Sockets that were upgraded are not concerned. Bodies
 * have their limit in body-clock.ts, since Node knows only one for all requests of a server.
 */
export const httpServerOptions = {
  /** From the connection to the end of the headers. */
  headersTimeout: 10_000,
  /** None: see above. */
  requestTimeout: 0,
  keepAliveTimeout: 30_000,
  /** How often the bounds above are looked at. */
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;
