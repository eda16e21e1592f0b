import { z } from 'zod';
import { toLightdeckError } from '../../shared/errors.ts';
import type { Route } from '../../shared/http/route.ts';
import { actorOf } from '../audit/actor.ts';
import type { Audit } from '../audit/contract.ts';
import type { Grant } from '../auth/contract.ts';

/** One call as the record of changes sees it. `query` and `body` as they came. */
export interface RecordedCall {
  route: Route;
  /** Where it comes from. */
  address: string;
  grant: Grant;
  params: Readonly<Record<string, string>>;
  query?: unknown;
  body?: unknown;
}

/** All that may be kept of a call besides its path. Whatever isn't named here (passwords, contents, environments, scripts) isn't. */
const recordedFields = [
  'path',
  'source',
  'destination',
  'paths',
  'archive_path',
  'output_name',
  'format',
  'ip',
  'port',
  'ports',
  'protocol',
  'in_use',
  'size',
  'image',
  'label',
  'ttl',
  'scopes',
  'containers',
  'enabled',
  'host',
  'cron',
  'time_zone',
] as const;

/** Longest text of one field, so that the first one leaves room for the others. */
const maxField = 200;

const record = z.record(z.string(), z.unknown());
const fieldsOf = (value: unknown) => {
  const fields = record.safeParse(value);
  return fields.success ? fields.data : {};
};
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

/** Runs a call that may change something, and records how it ended. Reading calls aren't recorded. Throws what `work` throws. */
export async function recordCall<T>(
  audit: Audit,
  call: RecordedCall,
  work: () => T | Promise<T>,
): Promise<T> {
  if (call.route.method === 'GET') return work();
  try {
    const reply = await work();
    note(audit, call, 'ok', fieldsOf(reply));
    return reply;
  } catch (error) {
    recordFailure(audit, call, error);
    throw error;
  }
}

/** For calls that were refused before they began. */
export function recordFailure(audit: Audit, call: RecordedCall, thrown: unknown): void {
  if (call.route.method === 'GET') return;
  const { code, message } = toLightdeckError(thrown);
  // The message of an unexpected failure is for the log alone.
  note(audit, call, code === 'internal' ? 'internal error' : message, {});
}

function note(audit: Audit, call: RecordedCall, result: string, reply: Record<string, unknown>): void {
  const { route, address, grant, params } = call;
  const body = fieldsOf(call.body);
  audit.record({
    actor: actorOf(grant),
    address,
    via: 'http',
    action: `${route.method} ${route.path}`,
    container: route.server === undefined ? textOf(body.internal_id) : (params[route.server] ?? null),
    volume: volumeOf(call) ?? textOf(reply.volume_id) ?? textOf(body.volume_id),
    detail: detailOf(call, reply),
    result,
  });
}

function volumeOf({ route, params }: RecordedCall): string | null {
  return route.path.startsWith('/volumes/:id') ? (params.id ?? null) : null;
}

/** `source="a.txt" destination="b.txt"`, each value as JSON, so that none can look like another field. */
function detailOf({ route, params, query, body }: RecordedCall, reply: Record<string, unknown>): string {
  const inPath = Object.entries(params).filter(
    ([name]) => name !== route.server && !route.path.startsWith(`/volumes/:${name}`),
  );
  const sent = { ...fieldsOf(query), ...fieldsOf(body) };
  const named = recordedFields.flatMap((name) => (name in sent ? [[name, sent[name]] as const] : []));
  // What was made is named by its id, where there is one.
  const made = 'id' in reply ? [['id', reply.id] as const] : [];
  // Of settings the names alone: a value can be a secret.
  const changed = 'changed_keys' in reply ? [['changed', reply.changed_keys] as const] : [];
  return [...inPath, ...named, ...made, ...changed]
    .map(([name, value]) => `${name}=${(JSON.stringify(value) ?? '').slice(0, maxField)}`)
    .join(' ');
}
