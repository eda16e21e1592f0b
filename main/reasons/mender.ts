import { LightdeckError } from '../../shared/errors.ts';
import type { Crash, Mend } from '../../shared/model/crash.ts';
import { isResting } from '../../shared/model/server.ts';
import type { Scope } from '../../shared/scopes.ts';
import { MiB } from '../../shared/units.ts';
import { actorOf } from '../audit/actor.ts';
import type { Grant } from '../auth/contract.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { VolumeFiles } from '../files/contract.ts';
import type { PortPool, PortRequest } from '../network/contract.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { CauseEntry } from './causes/entry.ts';
import type { MendDeed, MendEntry } from './mends.ts';

/** Sizes of memory that are proposed, in MiB. */
const sizes = [
  64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152,
  65_536,
];
/** The next size is at least so much larger; no more than this share of the machine's memory is proposed. */
const leastRaise = 1.25;
const mostOfMachine = 0.9;

export interface MenderOptions {
  causes: readonly CauseEntry[];
  mends: readonly MendEntry[];
  servers: Pick<
    Servers,
    'get' | 'change' | 'updateResources' | 'rebind' | 'reinstall' | 'power' | 'whenReconciled'
  >;
  files: Pick<VolumeFiles, 'jail'>;
  ports: Pick<PortPool, 'check' | 'random' | 'holders'>;
  /** Of the machine, in bytes. */
  memory: () => number;
  /** Unix ms. */
  now: () => number;
}

/** Offers and does what may help against the cause of an end, with the rights of whoever asks. */
export class Mender {
  private readonly options: MenderOptions;

  constructor(options: MenderOptions) {
    this.options = options;
  }

  /** What may help, the likeliest first; also what the asker may not do. */
  offered({ cause, kind }: Crash, view: ServerView): Mend[] {
    const known = this.options.causes.find(({ id }) => id === cause?.id)?.mends ?? [];
    // An install that failed can always be tried again, or made of something else.
    const ids = kind === 'install' ? new Set(['try_again', ...known, 'image']) : new Set(known);
    return [...ids].flatMap((id) => {
      const entry = this.options.mends.find((mend) => mend.id === id);
      return entry && this.isPossible(entry.deed, view) ? [this.shown(entry, view)] : [];
    });
  }

  /**
   * Does it, and starts the server then if that is asked for. Throws LightdeckError `not_found` for what isn't offered, `not_permitted`, and
   * what the deed throws; then the server is not started.
   */
  async mend(
    crash: Crash,
    { mend: id, start }: { mend: string; start: boolean },
    grant: Grant,
  ): Promise<{ message: string; started: boolean }> {
    const { servers, mends } = this.options;
    await servers.whenReconciled();
    const view = existingServer(servers, crash.server);
    const offered = this.offered(crash, view).find((mend) => mend.id === id && mend.place === null);
    const entry = mends.find((mend) => mend.id === id);
    if (!offered || !entry)
      throw new LightdeckError('not_found', 'This crash can not be mended so, or not any more');
    for (const scope of offered.scopes) requireScope(grant, scope, crash.server);
    if (start) requireScope(grant, 'power', crash.server);
    const message = await this.perform(entry.deed, view, grant);
    return { message, started: start && this.start(entry.deed, crash.server, grant) };
  }

  private shown(entry: MendEntry, view: ServerView): Mend {
    const { id, label, deed } = entry;
    const size = deed.do === 'raise_memory' ? this.nextSize(view) : null;
    return {
      id,
      label: label.replace('{1}', size === null ? '' : sizeWords(size)),
      place: deed.do === 'go' ? deed.to : null,
      scopes: scopesOf(entry, view),
      starts: deed.do !== 'go' && deed.do !== 'reinstall',
    };
  }

  private isPossible(deed: MendDeed, view: ServerView): boolean {
    switch (deed.do) {
      case 'raise_memory':
        return this.nextSize(view) !== null;
      case 'run_as_image':
        return view.runs_as.mode === 'host';
      case 'change_port':
        return view.definition.ports.length > 0;
      case 'reinstall':
        return view.state === 'failed';
      case 'write_file':
      case 'start':
      case 'go':
        return true;
    }
  }

  private async perform(deed: MendDeed, view: ServerView, grant: Grant): Promise<string> {
    const { servers, now } = this.options;
    const { internal_id: id, volume_id: volume } = view.definition;
    const by = actorOf(grant);
    switch (deed.do) {
      case 'write_file': {
        const text = Buffer.from(deed.text);
        await this.options.files.jail(volume).writeWhole(deed.path, once(text), { keepOld: { by } });
        const changes = changedVariables(deed, view);
        if (changes !== null) servers.change(id, { environment: changes });
        return `${deed.path} was written`;
      }
      case 'raise_memory': {
        const memory = this.nextSize(view);
        if (memory === null) throw new LightdeckError('conflict', 'There is no more memory to give');
        await servers.updateResources(id, { memory });
        return `Its memory limit is ${sizeWords(memory)} now`;
      }
      case 'change_port':
        return this.changePort(view, by);
      case 'run_as_image':
        servers.change(id, { user: 'image' });
        return 'It runs as the image’s user from its next start on';
      case 'reinstall':
        servers.reinstall(id, { updated_at: Math.floor(now() / 1000) }, by);
        return 'It is installed anew';
      case 'start':
        return 'Nothing was changed';
      case 'go':
        throw new LightdeckError('invalid', 'That is mended by hand');
    }
  }

  /** Others instead of those that somebody else has. */
  private async changePort({ definition }: ServerView, by: string): Promise<string> {
    const { ports, servers, now } = this.options;
    const requests: PortRequest[] = [];
    const moved: string[] = [];
    for (const { ip, host_port, container_port, protocol } of definition.ports) {
      const state = await ports.check({ ip, port: host_port, protocol }, definition.internal_id);
      if (state.heldBy === null) {
        requests.push({ ip, host_port, container_port, protocol });
        continue;
      }
      const free = await ports.random(protocol);
      requests.push({ ip: free.ip, host_port: free.port, container_port, protocol });
      moved.push(`${host_port} became ${free.port}`);
    }
    if (moved.length === 0)
      throw new LightdeckError('conflict', 'All of its ports are free by now: start it again');
    const held = await ports.holders(requests);
    servers.rebind(definition.internal_id, { requests, held, updatedAt: Math.floor(now() / 1000) }, by);
    return `Port ${moved.join(', ')}`;
  }

  /** Whether it was told to begin (anew). */
  private start(deed: MendDeed, id: string, grant: Grant): boolean {
    const { servers } = this.options;
    const { state, pending_restart } = existingServer(servers, id);
    if (deed.do === 'reinstall') return false;
    if (isResting(state)) {
      servers.power(id, 'start', grant.label);
      return true;
    }
    const needs = pending_restart.length > 0 || deed.do === 'write_file';
    if (state !== 'running' || !needs) return false;
    servers.power(id, 'restart', grant.label);
    return true;
  }

  /** Bytes; null where there is no limit, or no more to give. */
  private nextSize({ definition }: ServerView): number | null {
    const { memory } = definition.limits;
    if (memory === null) return null;
    const most = this.options.memory() * mostOfMachine;
    return (
      sizes.map((size) => size * MiB).find((size) => size >= memory * leastRaise && size <= most) ?? null
    );
  }
}

function scopesOf({ deed, scopes }: MendEntry, view: ServerView): Scope[] {
  const changes = deed.do === 'write_file' && changedVariables(deed, view) !== null;
  return changes ? [...scopes, 'containers.write'] : [...scopes];
}

/** The environment with the deed's values in those of its variables that the server has; null: nothing to change. */
function changedVariables(
  { environment = {} }: Extract<MendDeed, { do: 'write_file' }>,
  { definition }: ServerView,
): Record<string, string> | null {
  const others = Object.entries(environment).filter(
    ([name, value]) => name in definition.environment && definition.environment[name] !== value,
  );
  return others.length === 0 ? null : { ...definition.environment, ...Object.fromEntries(others) };
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

function sizeWords(bytes: number): string {
  const size = bytes / MiB;
  return size < 1024 ? `${size} MiB` : `${size / 1024} GiB`;
}
