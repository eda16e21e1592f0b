import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError, toLightdeckError } from '../../../shared/errors.ts';
import type { ResourceChanges } from '../../../shared/http/resources.ts';
import type { ServerResources } from '../../../shared/model/resources.ts';
import { MiB } from '../../../shared/units.ts';
import type { Engine } from '../../docker/contract.ts';
import type { UpdatedResources } from '../contract.ts';
import { applyResources } from './changes.ts';

export interface ResourceUpdaterOptions {
  engine: () => Engine;
  /** What is stored now. */
  stored: () => ServerResources;
  store: (resources: ServerResources) => void;
  /** The container that runs, after a start under way is over; null if none does. */
  running: () => Promise<string | null>;
  notify: (text: string) => void;
}

/** Requests that may wait for the one under way. */
const maxWaiting = 16;

/** A11: changes what a server may use: first its container, if one runs, then the record. One request after the other. */
export class ResourceUpdater {
  private readonly options: ResourceUpdaterOptions;
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(options: ResourceUpdaterOptions) {
    this.options = options;
  }

  /**
   * Begins an update; its end is told (A4). Throws LightdeckError `invalid` if the values don't fit each other or what is stored,
   * and `busy`; then nothing was begun. The promise is of its end, for who waits for it: rejects with LightdeckError if nothing
   * was changed.
   */
  request(changes: ResourceChanges): Promise<UpdatedResources> {
    applyResources(this.options.stored(), changes);
    if (this.waiting >= maxWaiting) throw new LightdeckError('busy', 'Too many resource updates at once');
    this.waiting += 1;
    const { notify } = this.options;
    const done = this.last.then(() => this.perform(changes));
    this.last = done
      .then(notify, (error) => notify(`Error: the resources were not changed: ${errorText(error)}`))
      .finally(() => {
        this.waiting -= 1;
      });
    const asked = done.catch((error: unknown) => {
      throw toLightdeckError(error);
    });
    // Nobody has to wait for it.
    asked.catch(() => {});
    return asked;
  }

  private async perform(changes: ResourceChanges): Promise<UpdatedResources> {
    const { stored, store, running } = this.options;
    const before = stored();
    const after = applyResources(before, changes);
    const first = await running();
    if (first !== null) await this.applyTo(first, before, after);
    store(after);
    // A container that was made meanwhile has what was stored before.
    const second = await running();
    if (second !== null && second !== first) await this.applyTo(second, before, after);
    return first === null && second === null ? 'Resources updated for the next start' : 'Resources updated';
  }

  private async applyTo(id: string, before: ServerResources, after: ServerResources): Promise<void> {
    const { engine, running, notify } = this.options;
    try {
      await this.checkUse(id, before, after);
      const warnings = await engine().update(id, before, after);
      for (const warning of warnings) notify(`Warning: ${warning}`);
    } catch (error) {
      // It ended meanwhile: the record is all that is left to change.
      if ((await running()) !== id) return;
      await this.putBack(id, before, after);
      throw error;
    }
  }

  /** cgroup v1 refuses a limit below what is used, v2 kills the program at once; nobody means the latter. */
  private async checkUse(id: string, before: ServerResources, after: ServerResources): Promise<void> {
    const limit = after.limits.memory;
    if (limit === null || limit === before.limits.memory) return;
    const used = (await this.options.engine().statsOnce(id))?.memoryUsage ?? 0;
    if (used <= limit) return;
    const [has, wanted] = [Math.ceil(used / MiB), Math.floor(limit / MiB)];
    throw new LightdeckError(
      'invalid',
      `memory: the server uses ${has} MiB, more than the new limit of ${wanted} MiB; stop it first`,
    );
  }

  /** One bad value changes nothing: the engine may have set a part before it refused. */
  private async putBack(id: string, before: ServerResources, after: ServerResources): Promise<void> {
    await this.options
      .engine()
      .update(id, after, before)
      .catch(() => {});
  }
}
