import type { Engine, EngineEvent, EngineMonitor, EnginePlace } from '../../main/docker/contract.ts';
import { Emitter } from '../../main/lib/emitter.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineState } from '../../shared/model/host.ts';
import type { FakeEngine } from './fake-engine.ts';

const endpoint = 'fake://engine';

const up: EngineState = {
  status: 'up',
  kind: 'docker',
  version: '20.10.24',
  api_version: '1.41',
  endpoint,
  source: 'test',
  tried: [],
};

/** One host's view of a fake engine, whose `lose` and `restore` it notices. Several may look at the same one. */
export class FakeMonitor implements EngineMonitor {
  private readonly fake: FakeEngine;
  private readonly states: Emitter<EngineState>;
  private readonly events: Emitter<EngineEvent>;
  private readonly undos: (() => void)[];
  private current: EngineState = { status: 'connecting', tried: [] };
  private isStarted = false;

  /** `onError` gets what listeners throw, which hurts no other listener. */
  constructor(options: { engine: FakeEngine; hostId: string; onError?: (error: unknown) => void }) {
    const { engine, hostId, onError } = options;
    this.fake = engine;
    this.states = new Emitter(onError);
    this.events = new Emitter(onError);
    this.undos = [
      engine.events.on((one) => {
        if ((one.hostId === hostId || one.hostId === '') && this.isStarted) this.events.emit(one.event);
      }),
      engine.power.on(() => this.notice()),
    ];
  }

  get state(): EngineState {
    return this.current;
  }

  get engine(): Engine {
    if (this.current.status === 'up') return this.fake;
    const why =
      this.current.status === 'down'
        ? `${this.current.cause} ${this.current.help}`
        : 'Still looking for one; try again in a moment.';
    throw new LightdeckError('engine_unreachable', `The container engine can't be reached. ${why}`);
  }

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    setImmediate(() => this.notice());
  }

  async stop(): Promise<void> {
    this.isStarted = false;
    for (const undo of this.undos) undo();
    this.states.clear();
    this.events.clear();
  }

  async look(): Promise<void> {
    this.notice();
  }

  async places(): Promise<EnginePlace[]> {
    return [];
  }

  async isAccepting(): Promise<boolean> {
    return this.fake.isUp && !this.fake.isStopping;
  }

  onState(listener: (state: EngineState) => void): () => void {
    return this.states.on(listener);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    return this.events.on(listener);
  }

  private notice(): void {
    if (!this.isStarted || this.current.status === (this.fake.isUp ? 'up' : 'down')) return;
    this.current = this.fake.isUp ? up : down(this.fake.clock.ms);
    this.states.emit(this.current);
  }
}

function down(since: number): EngineState {
  const cause = `Nobody listens at ${endpoint}.`;
  return { status: 'down', code: 'refused', cause, help: 'Start it.', since, tried: [] };
}
