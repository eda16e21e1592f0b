import { LightdeckError } from '../../shared/errors.ts';
import type { StartedOperation } from '../operations/operations.ts';
import { refuseAdopted } from '../servers/adopted/rules.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { UpdateChecker } from './checker.ts';
import { hasDigest, isFixed } from './names.ts';
import type { Updater } from './updater.ts';
import { type ViewParts, viewOf } from './views.ts';

export interface ScheduledUpdatesOptions extends Pick<ViewParts, 'table' | 'monitor'> {
  servers: Pick<Servers, 'get'>;
  checker: Pick<UpdateChecker, 'check'>;
  updater: Pick<Updater, 'update' | 'operationOf'>;
}

/** Updates by the clock (W8). */
export interface ScheduledUpdates {
  /** Asks the registry. Null: there is a newer image to try; else why there is nothing to do, in words. Throws LightdeckError where nobody can tell. */
  look(server: string): Promise<string | null>;
  /** As `Updater.update`, with a restore point. */
  update(asked: { server: string; by: string }): StartedOperation;
}

export function scheduledUpdates(options: ScheduledUpdatesOptions): ScheduledUpdates {
  const { servers, checker, updater } = options;
  return {
    async look(server) {
      const { definition } = existingServer(servers, server);
      refuseAdopted(definition, 'Updating it');
      await checker.check(definition.image);
      const parts = { ...options, operationOf: (id: string) => updater.operationOf(id) };
      const { image, version, newer, problem } = await viewOf(existingServer(servers, server), parts);
      const hasNone = isFixed(image) || (version !== null && !hasDigest(version));
      if (problem !== null && hasNone) return problem;
      if (problem !== null) throw new LightdeckError('conflict', problem);
      if (newer === null) return `there is no newer image of ${image}`;
      return newer.taken_back ? `the newer image of ${image} was tried before and taken back` : null;
    },
    update: (asked) => updater.update({ ...asked, restorePoint: true }),
  };
}
