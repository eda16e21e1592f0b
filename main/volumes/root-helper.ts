import { randomBytes } from 'node:crypto';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { FileAccess, RootFiles } from '../files/contract.ts';
import { belongsTo } from '../lib/belongs-to.ts';
import type { UserIds } from '../lib/host-user.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/contract.ts';
import { rootScript } from './root-script.ts';

export interface RootHelperOptions {
  monitor: EngineMonitor;
  store: Pick<Store, 'servers' | 'volumes'>;
  hostId: string;
  /** Whom the host runs as, on this machine. */
  user: UserIds;
  log: Log;
  /** How long a container without work stays, in ms; default 15 s. */
  idleMs?: number;
}

/** A new one is made before the old one ends by itself (`helperLifeSeconds`), in ms. */
const maxAgeMs = 8 * 60_000;
/** Entries of a volume that are looked at before all of it is taken. */
const maxLooked = 200_000;
/** Volumes whose last image is remembered, the oldest forgotten first. */
const maxImages = 1000;

interface Session {
  container: Promise<string>;
  since: number;
  work: number;
  idle: NodeJS.Timeout | null;
}

/**
 * A19: what the host's own user may not do with the files of a volume, done by root in a short-lived container of an image that is
 * here anyway: the one of the volume's server, else another server's. One container for each volume, kept for a few seconds
 * after its last work. One that a host left behind is removed when the engine answers.
 */
export class RootHelper {
  private readonly options: RootHelperOptions;
  private readonly sessions = new Map<string, Session>();
  private readonly images = new Map<string, string>();
  private readonly stopWatching: () => void;
  private isClosed = false;

  constructor(options: RootHelperOptions) {
    this.options = options;
    this.stopWatching = options.monitor.onState(({ status }) => {
      if (status === 'up') void this.sweep();
    });
  }

  /** What the files of one volume ask for. Each throws LightdeckError where no container can be had, or it could not do it. */
  of(volumeId: string): RootFiles {
    const run = (action: string, args: string[]) => this.run(volumeId, action, args);
    return {
      uid: this.options.user.uid,
      open: (access) => run('open', access.flatMap(argumentsOf)),
      take: (paths) => run('take', paths),
      give: (paths) => run('give', paths),
    };
  }

  /** Makes the host's user the owner of all that is in a volume: nothing runs on it any more. Throws as `of`. */
  takeAll(volumeId: string): Promise<void> {
    return this.run(volumeId, 'all', []);
  }

  /** No server is on the volume any more: what isn't the host's in it becomes so, while an image is known to do it by. Never rejects. */
  async release(volumeId: string): Promise<void> {
    const { store, user, log } = this.options;
    const path = store.volumes.get(volumeId)?.path;
    if (path === undefined || (await belongsTo(path, { uid: user.uid, limit: maxLooked }))) return;
    try {
      await this.takeAll(volumeId);
    } catch (error) {
      log.warn(
        { volume: volumeId, error: errorText(error) },
        'the files of a deleted server stay as they are',
      );
    } finally {
      void this.end(volumeId);
    }
  }

  /** Removes its containers, as far as the engine answers. Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.stopWatching();
    await Promise.all([...this.sessions.keys()].map((volumeId) => this.end(volumeId)));
  }

  private async run(volumeId: string, action: string, args: string[]): Promise<void> {
    const { monitor } = this.options;
    const { uid, gid } = await this.seen();
    const command = ['/bin/sh', '-c', rootScript, 'sh', action, String(uid), String(gid), ...args];
    for (let isAgain = false; ; isAgain = true) {
      const session = this.session(volumeId);
      try {
        const { code, output } = await monitor.engine.runHelper(await session.container, command);
        if (code !== 0) throw new LightdeckError('conflict', wordsOf(code, output));
        return;
      } catch (error) {
        // It was removed by somebody, or its time was over.
        const isGone = error instanceof LightdeckError && error.code !== 'engine_unreachable';
        if (isAgain || !isGone || (await this.isThere(session))) throw error;
        this.sessions.delete(volumeId);
      } finally {
        this.rest(volumeId, session);
      }
    }
  }

  private async isThere({ container }: Session): Promise<boolean> {
    try {
      const info = await this.options.monitor.engine.inspect(await container);
      return info?.running === true;
    } catch {
      return true;
    }
  }

  /** The user as containers see it: root, in those of a rootless engine. */
  private async seen(): Promise<UserIds> {
    const { monitor, user } = this.options;
    return (await monitor.engine.isRootless()) ? { uid: 0, gid: 0 } : user;
  }

  private session(volumeId: string): Session {
    let session = this.sessions.get(volumeId);
    if (session && session.work === 0 && performance.now() - session.since > maxAgeMs) {
      void this.end(volumeId);
      session = undefined;
    }
    if (!session) {
      session = { container: this.begin(volumeId), since: performance.now(), work: 0, idle: null };
      this.sessions.set(volumeId, session);
    }
    if (session.idle) clearTimeout(session.idle);
    session.idle = null;
    session.work += 1;
    return session;
  }

  private rest(volumeId: string, session: Session): void {
    session.work -= 1;
    if (session.work > 0 || this.sessions.get(volumeId) !== session) return;
    session.idle = setTimeout(() => void this.end(volumeId), this.options.idleMs ?? 15_000);
    session.idle.unref();
  }

  private async begin(volumeId: string): Promise<string> {
    const { monitor, store, hostId } = this.options;
    try {
      if (this.isClosed) throw new LightdeckError('busy', 'the host is stopping');
      const volume = store.volumes.get(volumeId);
      if (!volume) throw new LightdeckError('not_found', 'Volume not found');
      const { gid } = await this.seen();
      const name = `lightd-files-${volumeId.slice(0, 36)}-${randomBytes(3).toString('hex')}`;
      const image = await this.image(volumeId);
      return await monitor.engine.startHelper({ name, hostId, image, volumePath: volume.path, gid });
    } catch (error) {
      this.sessions.delete(volumeId);
      throw error;
    }
  }

  /** An image that is here: that of the volume's own server comes first. */
  private async image(volumeId: string): Promise<string> {
    const { monitor, store } = this.options;
    const all = store.servers.all().map(({ definition }) => definition);
    const own = all.filter((one) => one.volume_id === volumeId).map(({ image }) => image);
    const known = this.images.get(volumeId);
    const candidates = new Set([
      ...own,
      ...(known === undefined ? [] : [known]),
      ...all.map(({ image }) => image),
    ]);
    for (const image of candidates) {
      if (!(await monitor.engine.imageExists(image))) continue;
      this.images.delete(volumeId);
      this.images.set(volumeId, image);
      const [oldest] = this.images.keys();
      if (this.images.size > maxImages && oldest !== undefined) this.images.delete(oldest);
      return image;
    }
    throw new LightdeckError(
      'conflict',
      'no image is here that root could work in: make a server on this volume, or change the owner by hand (sudo chown -R)',
    );
  }

  private async end(volumeId: string): Promise<void> {
    const session = this.sessions.get(volumeId);
    if (!session) return;
    this.sessions.delete(volumeId);
    if (session.idle) clearTimeout(session.idle);
    try {
      await this.options.monitor.engine.remove(await session.container);
    } catch {
      // It ends by itself, and is swept when the engine is back.
    }
  }

  /** Removes what another life of this host left behind. */
  private async sweep(): Promise<void> {
    const { monitor, hostId, log } = this.options;
    try {
      const mine = new Set<string>();
      for (const { container } of this.sessions.values()) mine.add(await container);
      const left = (await monitor.engine.list(hostId)).filter(
        ({ id, role }) => role === 'helper' && !mine.has(id),
      );
      for (const { id } of left) await monitor.engine.remove(id);
    } catch (error) {
      log.warn({ error: errorText(error) }, 'containers for work on files could not be cleared away');
    }
  }
}

function argumentsOf({ path, bits, deep }: FileAccess): string[] {
  return [bits, deep ? 'deep' : 'one', path];
}

function wordsOf(code: number, output: string): string {
  const missing = code === 127 ? 'its image has no chown, chgrp or chmod' : `exit code ${code}`;
  return `the container could not do it (${missing}): ${output.trim().slice(0, 300)}`;
}
