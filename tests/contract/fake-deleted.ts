import { randomUUID } from 'node:crypto';
import type { Servers } from '../../main/servers/contract.ts';
import type { Deletion } from '../../main/servers/deleted/table.ts';
import type { DeletedRoutesOptions } from '../../main/servers/deleted-routes.ts';
import { newStoredServer } from '../../main/servers/machine/restore.ts';
import { LightdeckError } from '../../shared/errors.ts';

/** Deletions in memory, of servers that are in memory, too; tests/heart has the real ones. */
export function fakeDeleted(servers: Servers, now: () => number): DeletedRoutesOptions['deleted'] {
  let all: Deletion[] = [];
  return {
    list: () => all,
    expiresAt: ({ deletedAt }) => deletedAt + 7 * 24 * 3_600_000,
    problemOf: ({ server }) => (servers.get(server) ? 'its id is taken' : null),
    async remove(id, { by, keep, withVolume }) {
      const view = servers.get(id);
      await servers.remove(id);
      if (!view || !keep) return null;
      const { name, image, volume_id: volume } = view.definition;
      const one: Deletion = {
        ...{ deletion: randomUUID(), server: id, name, image, volume },
        ...{ deletedAt: now(), by, withVolume },
        record: { server: newStoredServer(view.definition, 'boot'), login: null },
      };
      all = [one, ...all];
      return one;
    },
    async undelete(id, deletion) {
      const found = all.find(
        (one) => one.server === id && (deletion === undefined || one.deletion === deletion),
      );
      if (!found)
        throw new LightdeckError('not_found', `There is no deleted server ${id} that could be had back`);
      if (servers.get(id)) throw new LightdeckError('conflict', 'its id is taken');
      all = all.filter((one) => one !== found);
      return { server: id, lostPorts: [], login: 'none' };
    },
    async purge(deletion) {
      all = all.filter((one) => one.deletion !== deletion);
    },
  };
}
