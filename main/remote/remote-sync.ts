import type { RemoteStatus } from '../../shared/http/settings.ts';
import type { Config } from '../config/config-schema.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { ServerView } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import type { RemoteTable, RemoteUpdate } from './remote-table.ts';
import { statusOf, updateOf } from './status.ts';
import { type SenderTimes, senderTimes, UpdateSender } from './update-sender.ts';

/** Messages that wait for a panel. The oldest are lost first: the newest say what is true. */
export const maxQueued = 10_000;

export const remoteOff: RemoteStatus = { state: 'off', last_success: null, last_failure: null };

export interface RemoteSyncOptions {
  servers: {
    list(): ServerView[];
    get(id: string): ServerView | null;
    onEvent(listener: (event: RegistryEvent) => void): () => void;
  };
  table: RemoteTable;
  /** `onChange` is called when it may have changed. */
  config: { current(): Config; onChange(listener: () => void): () => void };
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  times?: SenderTimes;
  health?: StoreHealth | undefined;
}

/**
 * A12: tells a panel of every change of an install's status, through a queue in the store. What was told last of each server
 * is kept beside the queue, so a change is told also if the host died between making it and queueing it, and one that was
 * made while `remote.enabled` was false, when it is true again. Of servers that were there before nothing is told.
 */
export class RemoteSync {
  private readonly options: RemoteSyncOptions;
  private readonly scope = new Scope();
  private readonly sent: Map<string, RemoteUpdate['status']>;
  /** Servers that are gone, whose notes are not: as many as were removed while the store took no writes. */
  private readonly forgotten = new Set<string>();
  /** Servers that were seen while they installed, and aren't noted as told yet: their end is news, too. */
  private readonly fresh = new Set<string>();
  /** While the store takes no writes nothing is queued; then all that is new since is. */
  private readonly catchUp: DeferredWrite;
  private active: { remote: Config['remote']; sender: UpdateSender } | null = null;
  /** The end of senders that were replaced. */
  private ending: Promise<void> = Promise.resolve();

  constructor(options: RemoteSyncOptions) {
    const { servers, table, config } = options;
    this.options = options;
    this.catchUp = new DeferredWrite({
      what: 'messages for the panel',
      write: () => this.writeAll(),
      health: options.health,
    });
    this.sent = new Map(table.told().map(({ server, status }) => [server, status]));
    for (const id of this.sent.keys()) if (servers.get(id) === null) this.forget(id);
    this.scope.add(servers.onEvent((event) => this.onServer(event)));
    this.scope.add(config.onChange(() => this.configure()));
    this.configure();
  }

  /** How it stands with the panel, if there is one. */
  get status(): RemoteStatus {
    return this.active?.sender.status ?? remoteOff;
  }

  /** Resolves when nothing touches the store any more. What is in the queue stays there. */
  async close(): Promise<void> {
    this.scope.close();
    this.stop();
    this.catchUp.close();
    await this.ending;
  }

  private configure(): void {
    const { remote } = this.options.config.current();
    const before = this.active?.remote;
    const isSame = before?.url === remote.url && before.token === remote.token;
    if (remote.enabled && isSame) return;
    this.stop();
    if (remote.enabled) this.start(remote);
  }

  private start(remote: Config['remote']): void {
    const { table, log, now, times = senderTimes } = this.options;
    const { url, token } = remote;
    const sender = new UpdateSender({
      panel: { url, token },
      queue: table,
      log,
      times,
      after: this.ending,
      now,
    });
    this.active = { remote, sender };
    this.compare();
    log.info({ url }, 'the panel is told of installs');
  }

  private stop(): void {
    const sender = this.active?.sender;
    if (!sender) return;
    this.active = null;
    this.ending = Promise.all([this.ending, sender.close()]).then(() => {});
  }

  private onServer(event: RegistryEvent): void {
    if (event.type === 'removed') this.forget(event.id);
    else if (event.type === 'changed' && this.active) {
      const view = this.options.servers.get(event.summary.internal_id);
      if (!view || !this.isNew(view)) return;
      if (view.install_state === 'installing') this.fresh.add(view.definition.internal_id);
      this.compare();
    }
  }

  /** Queues what the panel doesn't know yet. If the store can't take it (a full disk), it is tried again until it can. */
  private compare(): void {
    const { isFailing } = this.catchUp;
    this.catchUp.request();
    if (this.catchUp.isFailing && !isFailing)
      this.options.log.error({}, 'a message for the panel could not be queued; it is tried again');
  }

  /** Throws at the first that can't be written; those before it are. */
  private writeAll(): void {
    const { servers, table } = this.options;
    for (const id of this.forgotten) {
      table.forget(id);
      this.forgotten.delete(id);
    }
    if (!this.active) return;
    for (const view of servers.list()) if (this.isNew(view)) this.queueIfNew(view);
  }

  private isNew({ definition, install_state }: ServerView): boolean {
    return this.sent.get(definition.internal_id) !== statusOf(install_state);
  }

  private queueIfNew({ definition, install_state, install_error }: ServerView): void {
    const { table, log } = this.options;
    const id = definition.internal_id;
    const status = statusOf(install_state);
    const sent = this.sent.get(id);
    if (sent === undefined && status !== 'installing' && !this.fresh.has(id)) table.setTold(id, status);
    else {
      const lost = table.enqueue(updateOf(id, install_state, install_error), maxQueued);
      if (lost > 0) log.error({ lost }, 'the queue for the panel is full: its oldest messages were lost');
    }
    this.sent.set(id, status);
    this.fresh.delete(id);
    this.active?.sender.poke();
  }

  private forget(id: string): void {
    this.fresh.delete(id);
    if (!this.sent.delete(id)) return;
    this.forgotten.add(id);
    this.catchUp.request();
  }
}
