import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { isResting } from '../../shared/model/server.ts';
import type { Backups } from '../backups/contract.ts';
import { whileAtRest } from '../backups/server-rest.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun, Operations, StartedOperation } from '../operations/operations.ts';
import { refuseAdopted } from '../servers/adopted/rules.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import { pullImage } from '../servers/definition/pull-image.ts';
import { existingServer } from '../servers/existing-server.ts';
import { byDigest, digestOf, isFixed } from './names.ts';
import type { UpdateTable, Work } from './tables.ts';
import { stopIfAny, trialLimits, whyNotRunning } from './trial.ts';

export interface UpdaterOptions {
  servers: Pick<Servers, 'get' | 'list' | 'power' | 'change' | 'whenReconciled' | 'onEvent'>;
  monitor: Pick<EngineMonitor, 'engine'>;
  backups: Pick<Backups, 'restorePoint' | 'restore'>;
  operations: Pick<Operations, 'start'>;
  table: UpdateTable;
  news: Pick<HostNews, 'changed' | 'happened'>;
  /** Unix ms. */
  now: () => number;
  limits?: typeof trialLimits;
  log: Log;
}

interface Asked {
  server: string;
  by: string;
}

/** Puts a server on another image and sees whether it runs; if it does not, it runs on the one of before again. One at a time for a server. */
export class Updater {
  private readonly options: UpdaterOptions;
  private readonly under = new Map<string, string>();
  private readonly end = new AbortController();

  constructor(options: UpdaterOptions) {
    this.options = options;
  }

  /** What is under way is left as it is written down: the next host goes on with it. */
  close(): void {
    this.end.abort(new Error('the host is ending'));
  }

  operationOf(server: string): string | null {
    return this.under.get(server) ?? null;
  }

  /** Throws LightdeckError `not_found`, `busy`, `conflict` for an image that has no newer ones, `engine_unreachable`. */
  update(asked: Asked & { restorePoint: boolean }): StartedOperation {
    const { definition } = this.ready(asked.server);
    refuseAdopted(definition, 'Updating it');
    if (isFixed(definition.image))
      throw new LightdeckError(
        'conflict',
        `The image ${definition.image} is named by its digest and never changes; choose another image in the settings`,
      );
    return this.begin(asked, `Update ${definition.name}`, (run) => this.bring(asked, run));
  }

  /** As `update`; `conflict` where there is nothing to go back to. */
  takeBack(asked: Asked & { files: boolean }): StartedOperation {
    const { definition, image_version } = this.ready(asked.server);
    const { previous } = this.options.table.server(asked.server);
    if (previous === null)
      throw new LightdeckError('conflict', 'There is no update of this server that could be taken back');
    const work: Omit<Work, 'was_running'> = {
      stage: 'back',
      from: previous.version,
      from_pin: previous.version,
      to: image_version ?? '',
      restore_point: asked.files ? previous.restore_point : null,
    };
    return this.begin(asked, `Take the update of ${definition.name} back`, async (run) => {
      const was_running = !isResting(existingServer(this.options.servers, asked.server).state);
      this.options.table.putWork(asked.server, { ...work, was_running });
      const problem = await this.goBack(asked, run);
      if (problem !== null) throw new LightdeckError('conflict', problem);
      return { version: previous.version };
    });
  }

  /** Goes on with what a host before this one left, as soon as it is known what the servers do. */
  async recover(): Promise<void> {
    const { table, servers, log } = this.options;
    await servers.whenReconciled();
    for (const server of table.workers()) {
      if (this.end.signal.aborted) return;
      const view = servers.get(server);
      if (!view) {
        table.endWork(server);
        continue;
      }
      try {
        const asked = { server, by: 'host' };
        this.begin(asked, `Finish the update of ${view.definition.name}`, (run) => this.goOn(asked, run));
      } catch (error) {
        log.warn({ server, err: error }, 'an update that was cut short could not go on');
      }
    }
  }

  private ready(server: string): ServerView {
    const view = existingServer(this.options.servers, server);
    void this.options.monitor.engine;
    if (['installing', 'failed', 'unknown'].includes(view.state))
      throw new LightdeckError('busy', `The server is ${view.state}: it can be updated when it is installed`);
    return view;
  }

  private begin(
    { server, by }: Asked,
    title: string,
    work: (run: OperationRun) => Promise<Record<string, unknown>>,
  ): StartedOperation {
    const { operations, news } = this.options;
    if (this.under.has(server))
      throw new LightdeckError('busy', 'An update of this server is under way already');
    const started = operations.start({
      kind: 'update image',
      container: server,
      title,
      scope: 'containers.write',
      by,
      run: ({ signal, progress }) =>
        work({ signal: AbortSignal.any([signal, this.end.signal]), progress }).finally(() => {
          this.under.delete(server);
          news.changed('updates', server);
        }),
    });
    this.under.set(server, started.operation.id);
    news.changed('updates', server);
    return started;
  }

  private async bring(
    asked: Asked & { restorePoint: boolean },
    run: OperationRun,
  ): Promise<Record<string, unknown>> {
    const { servers, monitor, table } = this.options;
    const { server } = asked;
    const { definition, image_version, state } = existingServer(servers, server);
    const { image } = definition;
    run.progress(step('Asking the registry'));
    const digest = await monitor.engine.registryDigest(image);
    const to = byDigest(image, digest);
    await pullImage({
      image: to,
      engine: () => monitor.engine,
      signal: run.signal,
      notify() {},
      progress: run.progress,
    });
    const facts = await monitor.engine.imageFacts(to);
    const current = await monitor.engine.imageFacts(image_version ?? image);
    if (facts && current && facts.id === current.id) {
      table.changeServer(server, { same: digest });
      return { updated: false, version: to };
    }
    run.signal.throwIfAborted();
    const from = image_version ?? current?.digest ?? current?.id ?? image;
    const work: Work = {
      stage: 'stopping',
      from,
      from_pin: definition.image_pin,
      to,
      was_running: !isResting(state),
      restore_point: null,
    };
    table.putWork(server, work);
    await this.change(asked, work, run);
    return work.was_running ? this.tryOut(asked, run) : this.keep(server);
  }

  /** To rest, a restore point, and the other image; what fails before that is as if it had not been begun. */
  private async change(
    { server, by, restorePoint }: Asked & { restorePoint: boolean },
    work: Work,
    run: OperationRun,
  ): Promise<void> {
    const { servers, backups, table } = this.options;
    const at = { id: server, stop: true, by, signal: run.signal, mayStart: () => !this.end.signal.aborted };
    try {
      run.progress(step('Stopping the server'));
      await whileAtRest(servers, at, async () => {
        const note = `Before the update to ${work.to}`;
        const point = restorePoint ? await backups.restorePoint(server, note, run) : null;
        run.signal.throwIfAborted();
        table.putWork(server, { ...work, stage: 'trying', restore_point: point?.id ?? null });
        servers.change(server, { image_pin: work.to });
      });
    } catch (error) {
      if (this.end.signal.aborted) throw error;
      if (table.work(server)?.stage === 'stopping') {
        table.endWork(server);
        throw error;
      }
      throw await this.undone(server, by, errorText(error), run);
    }
  }

  private async tryOut({ server, by }: Asked, run: OperationRun): Promise<Record<string, unknown>> {
    run.progress(step('Waiting until it runs'));
    const why = await this.trial(server, run.signal).catch((error: unknown) => {
      if (this.end.signal.aborted) throw error;
      return run.signal.aborted ? 'it was cancelled' : errorText(error);
    });
    if (why !== null) throw await this.undone(server, by, why, run);
    return this.keep(server);
  }

  /** It runs on the new one. */
  private async keep(server: string): Promise<Record<string, unknown>> {
    const { table, now, news } = this.options;
    const work = table.work(server);
    if (!work) throw new LightdeckError('not_found', 'The server was deleted meanwhile');
    const older = table.server(server).previous?.version ?? null;
    const previous = { version: work.from, at: now(), restore_point: work.restore_point };
    table.changeServer(server, { previous, taken_back: null, told: digestOf(work.to) });
    table.endWork(server);
    if (older !== null && older !== work.from && older !== work.to) await this.forgetImage(older);
    news.happened({ event: 'update_applied', container: server, title: 'was updated', detail: work.to });
    return { updated: true, version: work.to, restore_point: work.restore_point };
  }

  /** It did not start: it runs on the image of before again. What to tell. */
  private async undone(server: string, by: string, why: string, run: OperationRun): Promise<LightdeckError> {
    const { table, news } = this.options;
    const work = table.work(server);
    if (work) table.putWork(server, { ...work, stage: 'back' });
    // Also one that was cancelled is undone.
    const problem = await this.goBack({ server, by }, { signal: this.end.signal, progress: run.progress });
    const after = problem === null ? 'It is on the image of before again' : problem;
    const text = `The new image did not start: ${why}. ${after}`;
    news.happened({ event: 'update_failed', container: server, title: 'could not be updated', detail: text });
    return new LightdeckError('conflict', text);
  }

  /** Null, or what did not work. */
  private async goBack({ server, by }: Asked, run: OperationRun): Promise<string | null> {
    const { servers, backups, table } = this.options;
    const work = table.work(server);
    if (!work) return null;
    run.progress(step('Going back to the image of before'));
    // One that crashed waits to be started again.
    if (isResting(existingServer(servers, server).state)) stopIfAny(servers, server, by);
    const at = { id: server, stop: true, by, signal: run.signal, mayStart: () => false };
    const problems: string[] = [];
    await whileAtRest(servers, at, async () => {
      servers.change(server, { image_pin: work.from_pin ?? work.from });
      if (work.restore_point === null) return;
      const request = { paths: null, stop: true, by };
      const { state, error } = await backups.restore(server, work.restore_point, request).ended;
      if (state !== 'done') problems.push(`Its files could not be put back: ${error ?? state}`);
    });
    run.signal.throwIfAborted();
    if (work.was_running) {
      const { state, last_exit } = existingServer(servers, server);
      if (isResting(state)) servers.power(server, 'start', by);
      const limits = this.options.limits ?? trialLimits;
      const why = await whyNotRunning({ servers, server, before: last_exit, limits, signal: run.signal });
      if (why !== null) problems.push(`It did not start on the image of before either: ${why}`);
    }
    table.changeServer(server, { previous: null, taken_back: digestOf(work.to), told: digestOf(work.to) });
    table.endWork(server);
    return problems.length === 0 ? null : problems.join('. ');
  }

  private async goOn(asked: Asked, run: OperationRun): Promise<Record<string, unknown>> {
    const { servers, table } = this.options;
    const { server, by } = asked;
    await this.known(server, run.signal);
    const work = table.work(server);
    const rests = isResting(existingServer(servers, server).state);
    if (!work) return {};
    if (work.stage === 'back') {
      const problem = await this.goBack(asked, run);
      if (problem !== null) throw new LightdeckError('conflict', problem);
      return { version: work.from };
    }
    if (work.stage === 'stopping') table.endWork(server);
    else servers.change(server, { image_pin: work.to });
    if (work.was_running && rests) servers.power(server, 'start', by);
    if (work.stage === 'stopping')
      throw new LightdeckError('conflict', 'The host ended before anything was changed');
    return work.was_running ? this.tryOut(asked, run) : this.keep(server);
  }

  private async trial(server: string, signal: AbortSignal): Promise<string | null> {
    const { servers, limits = trialLimits } = this.options;
    const { last_exit } = existingServer(servers, server);
    return whyNotRunning({ servers, server, before: last_exit, limits, signal });
  }

  /** Resolves when it is known what the server does. */
  private known(server: string, signal: AbortSignal): Promise<void> {
    const { servers } = this.options;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (servers.get(server)?.state === 'unknown' && !signal.aborted) return;
        dispose();
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const dispose = servers.onEvent(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  /** Unless another server has use for it. What can't be removed stays. */
  private async forgetImage(version: string): Promise<void> {
    const { servers, table, monitor, log } = this.options;
    const isUsed = servers
      .list()
      .some(
        ({ definition, image_version }) =>
          [definition.image, definition.image_pin, image_version].includes(version) ||
          table.server(definition.internal_id).previous?.version === version,
      );
    if (isUsed || !version.includes('@')) return;
    await monitor.engine
      .removeImage(version)
      .catch((error: unknown) => log.debug({ err: error }, 'an old image could not be removed'));
  }
}

const step = (text: string) => ({ phase: 'update', current: 0, total: null, text });
