import { createContainer } from '../../../shared/http/containers.ts';
import { addPort, getPort } from '../../../shared/http/ports.ts';
import { createVolume, deleteVolume } from '../../../shared/http/volumes.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { api } from '../../link/api.ts';
import { type Draft, type DraftField, toRequest } from './draft.ts';
import { everyAddress, holderOf, missingFromPool, type PoolFacts } from './ports.ts';
import { words } from './words.ts';

/** A refusal that belongs to one field of the form. */
export class FieldProblem extends Error {
  readonly field: DraftField;

  constructor(field: DraftField, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Ports into the pool, a volume, the server: in this order, and a volume that no server came to is removed again. Rejects
 * with FieldProblem or ApiError.
 */
export async function createServer(
  draft: Draft,
  template: Template | null,
  facts: PoolFacts,
): Promise<string> {
  for (const port of missingFromPool(draft.ports, facts)) {
    const number = port.host ?? 0;
    const { protocol } = port;
    await api.call(addPort, { body: { ip: everyAddress, port: number, protocol } });
    const entry = await api.call(getPort, {
      params: { ip: everyAddress, port: String(number) },
      query: { protocol },
    });
    if (entry.in_use) {
      const message = words.portTaken(number, holderOf(entry, facts.nameOf));
      throw new FieldProblem(`ports.${draft.ports.indexOf(port)}`, message);
    }
  }
  const { volume_id } = await api.call(createVolume, { body: { size: draft.disk ?? undefined } });
  try {
    await api.call(createContainer, { body: toRequest(draft, template, volume_id) });
  } catch (error) {
    await api.call(deleteVolume, { params: { id: volume_id } }).catch(() => {
      // The first refusal is the one to tell.
    });
    throw error;
  }
  return draft.id;
}
