import { z } from 'zod';
import { auditRecordSchema } from '../../shared/http/audit.ts';
import {
  installStateSchema,
  lastExitSchema,
  protocolSchema,
  serverDefinitionSchema,
} from '../../shared/model/server.ts';
import { scopeSchema } from '../../shared/scopes.ts';

/** An image by its name, and which one that was (`ImageFacts`). */
export const madeFromSchema = z.object({ image: z.string(), id: z.string(), digest: z.string().nullable() });
export type MadeFrom = z.infer<typeof madeFromSchema>;

/** What outlives the daemon about one server. `wanted` records intent, so that a stop that was asked for differs from a crash by data. */
export const storedServerSchema = z.object({
  definition: serverDefinitionSchema,
  install_state: installStateSchema,
  install_error: z.string().nullable(),
  wanted: z.enum(['running', 'stopped']),
  /** False until the first start: the wire says `installed` instead of `exit` as long. */
  ever_started: z.boolean(),
  container_id: z.string().nullable(),
  /**
   * The run under way as far as it was known: set when the container runs, null again after its end was dealt with.
   * `restarting`: it is being stopped to be started again.
   */
  run: z
    .object({ started_at: z.number(), ready: z.boolean(), restarting: z.boolean().optional() })
    .nullable(),
  last_exit: lastExitSchema.nullable(),
  /** The boot of the machine in which it was last known what the server does (lib/boot-id.ts); null in rows of before `auto_start`. */
  boot: z.string().nullable(),
  /** What the container of `container_id` was made with, a digest for each field; null if that isn't known. */
  made_with: z.record(z.string(), z.string()).nullable(),
  /** The image of its last start, or before the first one of its install; null if that isn't known. */
  made_from: madeFromSchema.nullable(),
});
export type StoredServer = z.infer<typeof storedServerSchema>;

/** `path` is the folder with the files; for an image that is where it is mounted (A10). */
export const storedVolumeSchema = z.object({
  id: z.string(),
  path: z.string(),
  created_at: z.number().int(),
  quota_mb: z.number().int(),
  kind: z.enum(['image', 'folder']),
  /** What is being done with it, written down before it is begun, so that the next start can end or undo it. */
  pending: z
    .discriminatedUnion('action', [
      z.object({ action: z.literal('create') }),
      z.object({ action: z.literal('delete') }),
      z.object({ action: z.literal('resize'), quota_mb: z.number().int() }),
    ])
    .nullable(),
});
export type StoredVolume = z.infer<typeof storedVolumeSchema>;
/** A plain folder with nothing pending, unless it says otherwise. */
export type VolumeToStore = Omit<StoredVolume, 'kind' | 'pending'> &
  Partial<Pick<StoredVolume, 'kind' | 'pending'>>;

/** A port of the pool; `used_by` is the server that holds it, `reserved` was set by hand (PUT …/use). Never both. */
export const storedPortSchema = z.object({
  ip: z.string(),
  port: z.number().int(),
  protocol: protocolSchema,
  used_by: z.string().nullable(),
  reserved: z.boolean(),
});
export type StoredPort = z.infer<typeof storedPortSchema>;

export type StoredPortKey = Pick<StoredPort, 'ip' | 'port' | 'protocol'>;

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

/**
 * A browser that was let in by a pairing link. Renewed, it keeps its id; `old_hash` is the secret before, good until
 * `old_until`. It may what its link said: `scopes` and `containers` as a token has them. `ends_at` is beyond what renewing can
 * move `expires_at` (null: no end). Times in Unix milliseconds.
 */
export const storedSessionSchema = z.object({
  id: z.string(),
  hash: z.string(),
  old_hash: z.string().nullable(),
  old_until: z.number().int().nullable(),
  label: z.string(),
  address: z.string(),
  created_at: z.number().int(),
  seen_at: z.number().int(),
  expires_at: z.number().int(),
  scopes: z.array(scopeSchema).nullable(),
  containers: z.array(z.string()).nullable(),
  ends_at: z.number().int().nullable(),
});
export type StoredSession = z.infer<typeof storedSessionSchema>;

/**
 * What was measured of one server over some time; all of it adds up, but for the maxima. Times in ms, CPU in microseconds,
 * the rest in bytes; `memory` and `storage` are bytes × ms, so that dividing by a time gives an average. `measured_ms` is
 * all time that is known of, running or not; `storage_ms` that of which the storage is known, too. `cpu_max` in cores.
 */
export const usageSumsSchema = z.object({
  measured_ms: z.number(),
  running_ms: z.number(),
  cpu_us: z.number(),
  cpu_max: z.number(),
  memory: z.number(),
  memory_max: z.number(),
  storage_ms: z.number(),
  storage: z.number(),
  storage_max: z.number(),
  network_rx: z.number(),
  network_tx: z.number(),
  block_read: z.number(),
  block_write: z.number(),
});
export type UsageSums = z.infer<typeof usageSumsSchema>;

/** Sums of a minute or an hour (or any other step) that begins at `at`, Unix ms. */
export const usageRowSchema = usageSumsSchema.extend({ server: z.number().int(), at: z.number() });
export type UsageRow = z.infer<typeof usageRowSchema>;

/** Sums of the time from `at - measured_ms` to `at`, Unix ms. */
export const usageSampleSchema = usageRowSchema.extend({ tick: z.number().int() });
export type UsageSample = z.infer<typeof usageSampleSchema>;

/**
 * Where a server's totals stood at its last reading, to count from: `at` in Unix ms, `run` the container's process that they
 * are of (also when it has ended since), `memory` in bytes or null if it didn't run then.
 */
export const meterBaseSchema = z.object({
  at: z.number(),
  run: z.string().nullable(),
  memory: z.number().nullable(),
  cpu_us: z.number(),
  network_rx: z.number(),
  network_tx: z.number(),
  block_read: z.number(),
  block_write: z.number(),
});
export type MeterBase = z.infer<typeof meterBaseSchema>;

/** `no` is never given again; `first_at` is the time of the first sample, null before. */
export const storedMeterSchema = meterBaseSchema.extend({
  no: z.number().int(),
  id: z.string(),
  first_at: z.number().nullable(),
});
export type StoredMeter = z.infer<typeof storedMeterSchema>;

/** Unix ms; `meter` is a meter's `no`. */
export interface UsageQuery {
  meter: number;
  from: number;
  to: number;
}

/** One line of the record of changes (main/audit/contract.ts says what is in it). */
export const auditEntrySchema = auditRecordSchema.omit({ id: true });
export type StoredAuditEntry = z.infer<typeof auditEntrySchema>;

/** A server's SFTP login (A13), one for each server at most. `password` is a salted hash. Times in Unix seconds. */
export const storedSftpLoginSchema = z.object({
  server: z.string(),
  username: z.string(),
  password: z.string(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
});
export type StoredSftpLogin = z.infer<typeof storedSftpLoginSchema>;

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
    put(volume: VolumeToStore): void;
    remove(id: string): void;
  };
  readonly ports: {
    all(): StoredPort[];
    /** False if that ip, port and protocol is there already. */
    add(port: StoredPort): boolean;
    /** All or nothing: every named port must be in the pool, unreserved and unused; false otherwise and nothing changed. */
    claim(ports: StoredPortKey[], server: string): boolean;
    release(server: string): void;
    /** One port of this server; not in use by it: fine. */
    releaseOne(port: StoredPortKey, server: string): void;
    /** All entries with this number. */
    at(port: number): StoredPort[];
    count(): number;
    heldBy(server: string): StoredPort[];
    /** Sets or clears the reservation; false if there is no such port or a server uses it. */
    reserve(port: StoredPortKey, reserved: boolean): boolean;
    /** False if there is no such port, or it is in use or reserved. */
    remove(port: StoredPortKey): boolean;
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
  readonly sessions: {
    all(): StoredSession[];
    /** By its secret's hash, or that of before its renewal. */
    byHash(hash: string): StoredSession | null;
    /** Adds it, or replaces the one of that id. */
    put(session: StoredSession): void;
    remove(id: string): boolean;
    /** Removes all that expired before `at`; how many. */
    purge(at: number): number;
  };
  /** Usage over time, one meter for each server. Removing a server removes its meter and what was measured with it. */
  readonly usage: {
    meters(): StoredMeter[];
    meter(server: string): StoredMeter | null;
    /** Gives a meter, with all that was measured, another id: of a server that is deleted and may come back. None: nothing. */
    rename(from: string, to: string): void;
    /** Removes a meter and what was measured with it. None: nothing. */
    remove(id: string): void;
    /** One round of readings that ended at `at`. Entries of servers that aren't on record are left out. */
    record(at: number, entries: { server: string; base: MeterBase; sums: UsageSums | null }[]): void;
    /** Samples of a meter that are not in minutes and hours yet, in the order of their rounds. */
    pending(meter: number): UsageSample[];
    /** Adds what `work` makes of a meter's pending samples to its minutes and hours, after which none is pending. */
    rollUp(meter: number, work: (pending: UsageSample[]) => { minutes: UsageRow[]; hours: UsageRow[] }): void;
    /** Sums of all rows with from ≤ at < to, by steps of `step` ms since 1970, oldest first; empty steps are left out. */
    rows(query: UsageQuery & { tier: 'minutes' | 'hours'; step: number }): UsageRow[];
    /** Samples of rounds with from < at ≤ to. */
    samples(query: UsageQuery): UsageSample[];
    /** Removes what is older than these Unix ms; of samples also all but the last `rounds` rounds, but never a pending one. How many rows. */
    prune(before: { samples: number; rounds: number; minutes: number; hours: number }): number;
  };
  readonly audit: {
    /** All or nothing. Ids rise in the order given, and are never used again. */
    append(entries: StoredAuditEntry[]): void;
    /** Newest first. `before`: only those with a smaller id; `containers`: only those about one of these servers. */
    page(query: {
      before: number | null;
      containers: readonly string[] | null;
      limit: number;
    }): (StoredAuditEntry & { id: number })[];
    /** Removes the oldest until about `keep` are left, and of the rest some that are from before `before`; how many. */
    prune(bounds: { keep: number; before: number }): number;
  };
  readonly sftpLogins: {
    all(): StoredSftpLogin[];
    get(server: string): StoredSftpLogin | null;
    byUsername(username: string): StoredSftpLogin | null;
    /** Insert or replace the server's. False if another server has the username; then nothing changed. */
    put(login: StoredSftpLogin): boolean;
    remove(server: string): void;
  };
  /**
   * The tables of a room that keeps its own (a feature), made or brought up to date. Throws LightdeckError `conflict` if a newer version
   * of the room has written them.
   */
  tables(schema: RoomSchema): RoomTables;
  /** Runs all or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * What a room keeps in the database: `migrations` are its history, oldest first, only ever appended to. Names of its tables begin with
 * the room's, and no other room reads them.
 */
export interface RoomSchema {
  room: string;
  migrations: readonly string[];
}

export type SqlValue = string | number | null;

/** SQL on a room's own tables; everything fails as the store's other calls do, in words. */
export interface RoomTables {
  /** How many rows were changed. */
  run(sql: string, ...values: SqlValue[]): number;
  /** Rows as they come, to be parsed by the caller. */
  all(sql: string, ...values: SqlValue[]): unknown[];
  /** All or nothing; within another transaction of the store it lasts only if that one does. */
  transaction<T>(work: () => T): T;
}
