import type { EngineEvent } from '../../main/docker/contract.ts';
import { Emitter } from '../../main/lib/emitter.ts';

/** An event and whose container it is about. */
export interface FakeEvent {
  hostId: string;
  event: EngineEvent;
}

/** Events that an engine keeps for who comes later. */
const maxKept = 256;

/** The engine's event feed: in order and a turn later, or held back, in another order, again, or never. */
export class FakeEvents {
  private readonly emitter = new Emitter<FakeEvent>((error) => {
    throw error;
  });
  /** The newest last. */
  readonly kept: FakeEvent[] = [];
  private held: FakeEvent[] | null = null;

  readonly on = this.emitter.on;

  emit(event: FakeEvent): void {
    this.kept.push(event);
    if (this.kept.length > maxKept) this.kept.shift();
    if (this.held) this.held.push(event);
    else this.deliver(event);
  }

  /** From now on they wait. */
  hold(): void {
    this.held ??= [];
  }

  get waiting(): readonly EngineEvent[] {
    return (this.held ?? []).map(({ event }) => event);
  }

  /** Lets them go, in the order that `arrange` makes of them; what it leaves out is lost. */
  release(arrange: (events: FakeEvent[]) => FakeEvent[] = (events) => events): void {
    const events = this.held ?? [];
    this.held = null;
    for (const event of arrange(events)) this.deliver(event);
  }

  /** Tells the newest `count` events once more. */
  replay(count: number): void {
    for (const event of this.kept.slice(-count)) this.deliver(event);
  }

  private deliver(event: FakeEvent): void {
    setImmediate(() => this.emitter.emit(event));
  }
}
