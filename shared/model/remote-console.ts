import { z } from 'zod';

/** What a console that isn't standard input speaks: Valve's RCON, Rust's over a WebSocket, lines over TCP (7 Days to Die). */
export const remoteConsoleKindSchema = z.enum(['rcon', 'webrcon', 'telnet']);
export type RemoteConsoleKind = z.infer<typeof remoteConsoleKindSchema>;

/** R1: a console that isn't standard input. */
export const remoteConsoleSchema = z.strictObject({
  kind: remoteConsoleKindSchema,
  /** In the container, TCP; it must be published. */
  port: z.number().int().min(1).max(65_535),
  /** The environment variable that tells the program its password. Where it isn't set the host makes one, and shows it to nobody. */
  password: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, 'must be the name of an environment variable'),
});
export type RemoteConsoleSetting = z.infer<typeof remoteConsoleSchema>;
