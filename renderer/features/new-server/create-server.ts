import { createContainer } from '../../../shared/http/containers.ts';
import { checkPort } from '../../../shared/http/ports.ts';
import { createVolume, deleteVolume } from '../../../shared/http/volumes.ts';
import { api } from '../../link/api.ts';
import { AddedPorts } from '../../state/added-ports.ts';
import { holderOf } from '../../ui/port-holder.ts';
import { type Draft, type DraftField, protocolsOf, toRequest } from './draft.ts';
import { type PoolInfo, poolAddress } from './ports.ts';
import type { Recipe } from './recipe.ts';
import { strings } from './strings.ts';

/** A refusal that belongs to one field of the form. */
export class FieldProblem extends Error {
  readonly field: DraftField;

  constructor(field: DraftField, message: string) {
    super(message);
    this.field = field;
  }
}

interface CreateServerOptions {
  info: PoolInfo;
  /** Abandons it, as long as the server itself hasn't been asked for. */
  signal: AbortSignal;
  /** A volume that is there, with files in it; none: a new one. */
  files?: string | null;
  /** Whether it is started as soon as it is installed. */
  start?: boolean;
  client?: Pick<typeof api, 'call'>;
}

/**
 * Ports into the pool, a volume, the server: in this order. What no server came to is taken back, the volume and those ports
 * that weren't in the pool before. Rejects with FieldProblem, ApiError or the signal's reason.
 */
export async function createServer(
  draft: Draft,
  recipe: Recipe,
  { info, signal, files = null, start = false, client = api }: CreateServerOptions,
): Promise<string> {
  const added = new AddedPorts(client);
  let volume: string | null = null;
  try {
    if (info.pool !== null) await providePorts(draft, { info, signal, added, client });
    signal.throwIfAborted();
    if (files === null)
      volume = (await client.call(createVolume, { body: { size: draft.disk ?? undefined } })).volume_id;
    signal.throwIfAborted();
    const request = toRequest(draft, recipe, files ?? volume ?? '');
    await client.call(createContainer, { body: start ? { ...request, start } : request });
  } catch (error) {
    // The first refusal is the one to tell.
    if (volume !== null) await client.call(deleteVolume, { params: { id: volume } }).catch(() => {});
    await added.takeBack();
    throw error;
  }
  return draft.id;
}

interface Providing extends Required<Omit<CreateServerOptions, 'files' | 'start'>> {
  added: AddedPorts;
}

/** All are looked at before any is added: one that is taken is told with nothing changed. */
async function providePorts(draft: Draft, { info, signal, added, client }: Providing): Promise<void> {
  const missing = [];
  for (const [index, port] of draft.ports.entries()) {
    if (port.host === null) continue;
    for (const protocol of protocolsOf(port)) {
      const key = { ip: poolAddress({ host: port.host, protocol }, info), port: port.host, protocol };
      const found = await client.call(checkPort, { query: { ...key, port: String(key.port) }, signal });
      if (found.in_use) {
        const message = strings.portTaken(key.port, holderOf(found, info.nameOf), found.next_free);
        throw new FieldProblem(`ports.${index}`, message);
      }
      if (!found.in_pool) missing.push(key);
    }
  }
  for (const key of missing) {
    signal.throwIfAborted();
    await added.add(key);
  }
}
