import { z } from 'zod';
import {
  installStateSchema,
  lastExitSchema,
  protocolSchema,
  serverDefinitionSchema,
} from '../../shared/model/server.ts';
import { scopeSchema } from '../../shared/scopes.ts';

/** What outlives the daemon about one server. `wanted` records intent, so that a stop that was asked for differs from a crash by data. */
export const storedServerSchema = z.object({
  definition: serverDefinitionSchema,
  install_state: installStateSchema,
  install_error: z.string().nullable(),
  wanted: z.enum(['running', 'stopped']),
  /** False until the first start: the wire says `installed` instead of `exit` as long. */
  ever_started: z.boolean(),
  container_id: z.string().nullable(),
  /** The run under way as far as it was known: set when the container runs, null again after its end was dealt with. */
  run: z.object({ started_at: z.number(), ready: z.boolean() }).nullable(),
  last_exit: lastExitSchema.nullable(),
});
export type StoredServer = z.infer<typeof storedServerSchema>;

export const storedVolumeSchema = z.object({
  id: z.string(),
  path: z.string(),
  created_at: z.number().int(),
  quota_mb: z.number().int(),
});
export type StoredVolume = z.infer<typeof storedVolumeSchema>;

/** A port of the pool; `used_by` is the server that holds it, `reserved` was set by hand (PUT …/use, a later issue). */
export const storedPortSchema = z.object({
  ip: z.string(),
  port: z.number().int(),
  protocol: protocolSchema,
  used_by: z.string().nullable(),
  reserved: z.boolean(),
});
export type StoredPort = z.infer<typeof storedPortSchema>;

/** A database token. Only the SHA-256 of the secret is kept. `used_at` is set when a single-use one was consumed. Times in Unix milliseconds. */
export const storedTokenSchema = z.object({
  id: z.string(),
  hash: z.string(),
  label: z.string(),
  scopes: z.array(scopeSchema).nullable(),
  containers: z.array(z.string()).nullable(),
  created_at: z.number().int(),
  expires_at: z.number().int(),
  remove_on_use: z.boolean(),
  used_at: z.number().int().nullable(),
});
export type StoredToken = z.infer<typeof storedTokenSchema>;

/** The daemon's durable memory. Synchronous: every call has happened when it returns. */
export interface Store {
  readonly servers: {
    all(): StoredServer[];
    get(id: string): StoredServer | null;
    /** Insert or replace. */
    put(server: StoredServer): void;
    remove(id: string): void;
  };
  readonly volumes: {
    all(): StoredVolume[];
    get(id: string): StoredVolume | null;
    put(volume: StoredVolume): void;
  };
  readonly ports: {
    all(): StoredPort[];
    /** False if that ip, port and protocol is there already. */
    add(port: StoredPort): boolean;
    /** All or nothing: every named port must be in the pool, unreserved and unused; false otherwise and nothing changed. */
    claim(ports: { ip: string; port: number; protocol: 'tcp' | 'udp' }[], server: string): boolean;
    release(server: string): void;
  };
  readonly tokens: {
    all(): StoredToken[];
    byHash(hash: string): StoredToken | null;
    add(token: StoredToken): void;
    /** Atomically marks a single-use token as used; false if it was used before. */
    consume(id: string, at: number): boolean;
    remove(id: string): boolean;
    /** Removes all that expired before `at`; how many. */
    purge(at: number): number;
  };
  /** Runs all or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}
