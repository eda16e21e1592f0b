import type { EngineEvent } from '../../docker/contract.ts';

/** More than a container can do while one look at it takes. */
const maxKept = 64;
const kept = new Set<EngineEvent['type']>(['kill', 'oom', 'die', 'destroy']);

/**
 * What the engine tells of a container before anybody here knows that it runs: while the engine's answer that it does is on its way, it may
 * already have ended.
 */
export class EarlyNews {
  private events: EngineEvent[] = [];
  private readonly deal: (event: EngineEvent) => void;

  constructor(deal: (event: EngineEvent) => void) {
    this.deal = deal;
  }

  note(event: EngineEvent): void {
    if (kept.has(event.type)) this.events.push(event);
    this.events.splice(0, this.events.length - maxKept);
  }

  /** Deals with those of the run that began then (Unix ms, by the engine's clock), oldest first; nothing is kept any more. */
  tell(containerId: string, startedAt: number): void {
    const all = this.events;
    this.clear();
    for (const event of all) if (event.id === containerId && event.at >= startedAt) this.deal(event);
  }

  /** What comes after this is still to be asked for. */
  clear(): void {
    this.events = [];
  }
}
