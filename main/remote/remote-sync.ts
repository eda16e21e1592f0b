import type { RemoteStatus } from '../../shared/http/settings.ts';
import type { Config } from '../config/config-schema.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { ServerView } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry.ts';
import type { RemoteUpdate, Store } from '../store/contract.ts';
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
  store: Pick<Store, 'remote'>;
  /** `onChange` is called when it may have changed. */
  config: { current(): Config; onChange(listener: () => void): () => void };
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  times?: SenderTimes;
}

/**
 * A12: tells a panel of every change of an install's status, through a queue in the store. What was told last of each server
 * is kept beside the queue, so a change is told also if the host died between making it and queueing it, and one that was
 * made while `remote.enabled` was false, when it is true again. Of servers that were there before nothing is told.
 */
export class RemoteSync {
  private readonly options: RemoteSyncOptions;
  private readonly scope = new Scope();
  private readonly told: Map<string, RemoteUpdate['status']>;
  private active: { remote: Config['remote']; sender: UpdateSender } | null = null;
  /** The end of senders that were replaced. */
  private ending: Promise<void> = Promise.resolve();

  constructor(options: RemoteSyncOptions) {
    const { servers, store, config } = options;
    this.options = options;
    this.told = new Map(store.remote.told().map(({ server, status }) => [server, status]));
    for (const id of this.told.keys()) if (servers.get(id) === null) this.forget(id);
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
    const { store, log, now, times = senderTimes } = this.options;
    const { url, token } = remote;
    for (const view of this.options.servers.list()) this.compare(view);
    const sender = new UpdateSender({
      panel: { url, token },
      queue: store.remote,
      log,
      times,
      after: this.ending,
      now,
    });
    this.active = { remote, sender };
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
      if (view) this.compare(view);
    }
  }

  /** Queues what the panel doesn't know yet. If the store can't take it (a full disk), the next change tries again. */
  private compare(view: ServerView): void {
    try {
      this.queueIfNew(view);
    } catch (error) {
      const details = { server: view.definition.internal_id, error: String(error) };
      this.options.log.error(details, 'a message for the panel could not be queued');
    }
  }

  private queueIfNew({ definition, install_state, install_error }: ServerView): void {
    const { store, log } = this.options;
    const id = definition.internal_id;
    const status = statusOf(install_state);
    const told = this.told.get(id);
    if (told === status) return;
    if (told === undefined && status !== 'installing') store.remote.setTold(id, status);
    else {
      const lost = store.remote.enqueue(updateOf(id, install_state, install_error), maxQueued);
      if (lost > 0) log.error({ lost }, 'the queue for the panel is full: its oldest messages were lost');
    }
    this.told.set(id, status);
    this.active?.sender.poke();
  }

  private forget(id: string): void {
    if (this.told.delete(id)) this.options.store.remote.forget(id);
  }
}
