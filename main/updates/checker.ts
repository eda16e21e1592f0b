import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import { digestOf, hasDigest, isFixed } from './names.ts';
import type { ImageState, UpdateTable } from './tables.ts';

export interface CheckerOptions {
  servers: Pick<Servers, 'list'>;
  monitor: Pick<EngineMonitor, 'engine' | 'state'>;
  table: UpdateTable;
  news: Pick<HostNews, 'changed' | 'happened'>;
  /** Unix ms. */
  now: () => number;
  log: Log;
  /** From 0 to 1; tests make it steady. */
  random?: () => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Between two rounds. */
const roundMs = 10 * minuteMs;
/** A name is asked for once in this time, in ms, more or less a tenth: registries count how often one asks. */
const everyMs = 24 * hourMs;
/** After a failure, doubled up to `everyMs`. */
const retryMs = hourMs;
/** A new name is asked for within this time. */
const firstMs = 30 * minuteMs;
/** In one round, one after the other. */
const maxInRound = 10;

/** Asks registries by which digest they have the names of the servers' images. It begins with `start`. */
export class UpdateChecker {
  private readonly options: CheckerOptions;
  private readonly scope = new Scope();
  private isAsking = false;

  constructor(options: CheckerOptions) {
    this.options = options;
  }

  start(): void {
    this.scope.interval(() => void this.round(), roundMs);
  }

  close(): void {
    this.scope.close();
  }

  /** Asks now. Throws LightdeckError `engine_unreachable`; what the registry says is kept. */
  async check(image: string): Promise<void> {
    if (isFixed(image)) return;
    const { monitor, now } = this.options;
    const { engine } = monitor;
    const before = this.options.table.image(image);
    try {
      const digest = await engine.registryDigest(image);
      const found_at = before?.digest === digest ? before.found_at : now();
      this.keep(image, {
        digest,
        found_at,
        problem: null,
        failures: 0,
        next_at: now() + this.about(everyMs),
      });
    } catch (error) {
      if (error instanceof LightdeckError && error.code === 'engine_unreachable') throw error;
      const failures = (before?.failures ?? 0) + 1;
      const next_at = now() + this.about(Math.min(everyMs, retryMs * 2 ** Math.min(failures - 1, 10)));
      const known = { digest: before?.digest ?? null, found_at: before?.found_at ?? now() };
      this.keep(image, { ...known, problem: errorText(error), failures, next_at });
    }
    if (this.scope.isClosed) return;
    for (const view of this.users(image)) await this.compare(view);
  }

  /** Those whose image has that name. */
  private users(image: string): ServerView[] {
    return this.options.servers.list().filter(({ definition }) => definition.image === image);
  }

  /** Whether a server's image is known by that digest under another, and what was found is told once. */
  private async compare({ definition, image_version }: ServerView): Promise<void> {
    const { table, monitor, news } = this.options;
    const { internal_id: id, image } = definition;
    const digest = table.image(image)?.digest ?? null;
    if (digest !== null && hasDigest(image_version) && digestOf(image_version) !== digest) {
      const facts = await monitor.engine.imageFacts(image_version);
      if (facts?.digests.some((one) => digestOf(one) === digest)) table.changeServer(id, { same: digest });
      const { same, told, taken_back } = table.server(id);
      if (![same, told, taken_back].includes(digest)) {
        table.changeServer(id, { told: digest });
        news.happened({
          event: 'update_available',
          container: id,
          title: 'has a newer image',
          detail: image,
        });
      }
    }
    news.changed('updates', id);
  }

  private async round(): Promise<void> {
    const { table, monitor, servers, now, log } = this.options;
    if (this.isAsking || monitor.state.status !== 'up') return;
    this.isAsking = true;
    try {
      if (!table.isEnabled) return;
      const names = new Set(servers.list().map(({ definition }) => definition.image));
      table.keepImages(names);
      const due = [...names].filter((image) => !isFixed(image) && this.isDue(image));
      for (const image of due.slice(0, maxInRound)) {
        if (this.scope.isClosed) return;
        await this.check(image);
      }
    } catch (error) {
      log.debug({ err: error, at: now() }, 'registries could not be asked for newer images');
    } finally {
      this.isAsking = false;
    }
  }

  private isDue(image: string): boolean {
    const { table, now, random = Math.random } = this.options;
    const known = table.image(image);
    if (known) return known.next_at <= now() || known.next_at > now() + 2 * everyMs;
    const next_at = now() + firstMs * random();
    table.putImage(image, {
      digest: null,
      found_at: now(),
      checked_at: null,
      problem: null,
      failures: 0,
      next_at,
    });
    return false;
  }

  private keep(image: string, state: Omit<ImageState, 'checked_at'>): void {
    if (!this.scope.isClosed)
      this.options.table.putImage(image, { ...state, checked_at: this.options.now() });
  }

  private about(ms: number): number {
    const { random = Math.random } = this.options;
    return ms * (0.9 + 0.2 * random());
  }
}
