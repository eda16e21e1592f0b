import { z } from 'zod';
import {
  type StoredPort,
  type StoredServer,
  type StoredSession,
  type StoredToken,
  storedPortSchema,
  storedServerSchema,
  storedSessionSchema,
  storedTokenSchema,
  storedVolumeSchema,
  type VolumeToStore,
} from './contract.ts';

/** A table's rows in the store's words. A row that doesn't fit fails here, never later. */

const flag = z.number().transform((value) => value !== 0);

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not valid JSON' });
    return z.NEVER;
  }
});

export const serverRow = z
  .object({
    definition: json,
    install_state: z.string(),
    install_error: z.string().nullable(),
    wanted: z.string(),
    ever_started: flag,
    container_id: z.string().nullable(),
    run: json.nullable(),
    last_exit: json.nullable(),
    boot: z.string().nullable(),
    made_with: json.nullable(),
    made_from: json.nullable(),
  })
  .pipe(storedServerSchema);

export const volumeRow = z
  .object({
    id: z.string(),
    path: z.string(),
    created_at: z.number(),
    quota_mb: z.number(),
    kind: z.string(),
    pending: json.nullable(),
  })
  .pipe(storedVolumeSchema);

export const portRow = z
  .object({
    ip: z.string(),
    port: z.number(),
    protocol: z.string(),
    used_by: z.string().nullable(),
    reserved: flag,
  })
  .pipe(storedPortSchema);

export const tokenRow = z
  .object({
    id: z.string(),
    hash: z.string(),
    label: z.string(),
    scopes: json.nullable(),
    containers: json.nullable(),
    created_at: z.number(),
    expires_at: z.number(),
    remove_on_use: flag,
    used_at: z.number().nullable(),
  })
  .pipe(storedTokenSchema);

export const sessionRow = z
  .object({ ...storedSessionSchema.shape, scopes: json.nullable(), containers: json.nullable() })
  .pipe(storedSessionSchema);

const bit = (value: boolean) => (value ? 1 : 0);
const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value));

/** In the order of the columns. */
export function serverValues(server: StoredServer) {
  return [
    server.definition.internal_id,
    JSON.stringify(server.definition),
    server.install_state,
    server.install_error,
    server.wanted,
    bit(server.ever_started),
    server.container_id,
    jsonOrNull(server.run),
    jsonOrNull(server.last_exit),
    server.boot,
    jsonOrNull(server.made_with),
    jsonOrNull(server.made_from),
  ];
}

export function volumeValues({ id, path, created_at, quota_mb, kind, pending }: VolumeToStore) {
  return [id, path, created_at, quota_mb, kind ?? 'folder', jsonOrNull(pending ?? null)];
}

export function portValues(port: StoredPort) {
  return [port.ip, port.port, port.protocol, port.used_by, bit(port.reserved)];
}

export function sessionValues(session: StoredSession) {
  return [
    session.id,
    session.hash,
    session.old_hash,
    session.old_until,
    session.label,
    session.address,
    session.created_at,
    session.seen_at,
    session.expires_at,
    jsonOrNull(session.scopes),
    jsonOrNull(session.containers),
    session.ends_at,
  ];
}

export function tokenValues(token: StoredToken) {
  return [
    token.id,
    token.hash,
    token.label,
    jsonOrNull(token.scopes),
    jsonOrNull(token.containers),
    token.created_at,
    token.expires_at,
    bit(token.remove_on_use),
    token.used_at,
  ];
}
