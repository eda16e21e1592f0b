import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UserIds } from '../../main/lib/host-user.ts';
import type { ServerDefinition, WireState } from '../../shared/model/server.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeEngine, type FakeEngineOptions } from './fake-engine.ts';
import { outsideOf } from './fake-outside.ts';
import type { Program } from './fake-process.ts';
import type { HeartClient } from './heart-client.ts';
import { HeartHost } from './heart-host.ts';
import { busyboxName } from './images.ts';
import { serverDefinition } from './server-definition.ts';

/** The server of a heart that doesn't name one. */
export const serverId = 's1';

export interface HeartOptions extends Pick<FakeEngineOptions, 'cut' | 'kind'> {
  /** A19: whom the hosts run as. Default: root. */
  hostUser?: UserIds;
  /** Default: true. Else `heart.host.monitor.start()` begins. */
  engineIsUp?: boolean;
  /** Called with each host before its search for an engine begins: for what must miss nothing. */
  onHost?: (host: HeartHost) => void;
  /** How far the engine's clock is ahead of the host's, in ms. */
  engineAheadMs?: number;
}

/**
 * The heart of a host without Docker: the registry and its servers, store, console history and sockets as they are, on a fake engine and
 * a clock that stands still unless it is told to go on. All of it ends with the test.
 */
export async function openHeart(options: HeartOptions = {}): Promise<Heart> {
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-heart-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const heart = new Heart(folder, options);
  heart.host = await heart.openHost();
  if (options.engineIsUp !== false) await heart.clock.settle();
  return heart;
}

export class Heart {
  readonly clock: FakeClock;
  readonly engine: FakeEngine;
  readonly outside: ReturnType<typeof outsideOf>;
  private readonly folder: string;
  private readonly options: HeartOptions;
  private hosts = 0;
  private boots = 1;
  private current: HeartHost | null = null;

  constructor(folder: string, options: HeartOptions) {
    this.folder = folder;
    this.options = options;
    this.clock = new FakeClock({ onEnd: onTestFinished, busy: () => this.engine.book.busy });
    const { engineAheadMs = 0 } = options;
    this.engine = new FakeEngine({
      now: () => this.clock.now() + engineAheadMs,
      ...(options.cut ? { cut: options.cut } : {}),
      ...(options.kind ? { kind: options.kind } : {}),
    });
    this.outside = outsideOf(this.engine);
  }

  /** The host that is looked at; a restart puts another one in its place. */
  get host(): HeartHost {
    if (!this.current) throw new Error('There is no host just now.');
    return this.current;
  }

  set host(host: HeartHost) {
    this.current = host;
  }

  /** Another host on this engine, with a data folder of its own (default), or on the folder of one that has ended. */
  async openHost(dataDir = join(this.folder, `host-${this.hosts}`)): Promise<HeartHost> {
    this.hosts += 1;
    mkdirSync(dataDir, { recursive: true });
    const host = new HeartHost({
      engine: this.engine,
      dataDir,
      now: this.clock.now,
      boot: `boot-${this.boots}`,
      hostUser: this.options.hostUser,
    });
    onTestFinished(async () => {
      await host.close();
    });
    await host.registry.load(host.deleted.keptHistories());
    this.options.onHost?.(host);
    if (this.options.engineIsUp !== false) host.monitor.start();
    return host;
  }

  /** The host ends in order and starts again; `meanwhile` happens in between. */
  async restartHost(meanwhile: () => unknown = () => {}): Promise<void> {
    const { dataDir } = this.host;
    await this.host.close();
    await meanwhile();
    await this.clock.settle();
    this.host = await this.openHost(dataDir);
    await this.clock.settle();
  }

  /** The host is killed at this very moment, and starts again on what it has written by now. */
  async killHost(meanwhile: () => unknown = () => {}): Promise<void> {
    const old = this.host;
    const dataDir = join(this.folder, `host-${this.hosts}`);
    cpSync(old.dataDir, dataDir, { recursive: true });
    await old.abandon();
    await meanwhile();
    await this.clock.settle();
    this.host = await this.openHost(dataDir);
    await this.clock.settle();
  }

  /** The machine goes down in the midst of things, all containers with it, and is booted again: host and engine come back. */
  async bootMachine(): Promise<void> {
    await this.killHost(async () => {
      await this.engine.lose({ containers: 'end' });
      await this.engine.restore();
      this.boots += 1;
    });
  }

  /** A definition of this test's server; its command is its id, see `program`. */
  definition(id: string = serverId, more: Partial<ServerDefinition> = {}): ServerDefinition {
    return serverDefinition(id, {
      image: busyboxName,
      volume_id: this.host.volume(),
      startup_command: `run ${id}`,
      tty: false,
      ...more,
    });
  }

  /** What the server (its install script) runs from its next start on. */
  program(program: Program, id: string = serverId): void {
    this.engine.program(`run ${id}`, program);
  }

  /** Created and installed. */
  async create(more: Partial<ServerDefinition> = {}, id: string = serverId): Promise<void> {
    this.host.servers.create(this.definition(id, more));
    await this.reach('installed', id);
  }

  /** Created, installed, started, running. */
  async createRunning(more: Partial<ServerDefinition> = {}, id: string = serverId): Promise<void> {
    await this.create(more, id);
    this.power('start', id);
    await this.reach('running', id);
  }

  power(action: 'start' | 'stop' | 'restart' | 'kill', id: string = serverId): void {
    this.host.servers.power(id, action, 'test');
  }

  state(id: string = serverId): WireState | null {
    return this.host.servers.get(id)?.state ?? null;
  }

  /** Lets time go by until the server is in this state. */
  async reach(state: WireState, id: string = serverId): Promise<void> {
    await this.clock.until(
      () => this.state(id) === state,
      () => `${id} to be ${state}, it is ${this.state(id)}`,
    );
    await this.clock.settle();
  }

  /** Lets time go by until it neither runs nor is on the way to it. */
  async reachRest(id: string = serverId): Promise<void> {
    const rest = new Set<WireState | null>(['exit', 'installed']);
    await this.clock.until(
      () => rest.has(this.state(id)),
      () => `${id} to come to rest, it is ${this.state(id)}`,
    );
    await this.clock.settle();
  }

  client(id: string = serverId, query = ''): HeartClient {
    return this.host.client(id, query);
  }

  /** The console history as it is on record. */
  async history(id: string = serverId): Promise<string> {
    return (await this.host.servers.logs(id, { lines: 10_000 })).data;
  }

  /** The container of the server's present or last run. */
  container(id: string = serverId) {
    return this.engine.container(`lightd-${id}`);
  }
}
