import { keptSessions, maxPlayers, type Player, type PlayerSession } from '../../shared/model/players.ts';
import type { StayChange } from './player-table.ts';

/** Who is on a server, as far as names are known, and what of it isn't on record yet. Names beyond `maxPlayers` are left out. Times in Unix ms. */
export class Presence {
  private readonly on = new Map<string, { since: number; isStored: boolean }>();
  /** Came and went since the last write. */
  private passed: PlayerSession[] = [];
  private went: { name: string; until: number }[] = [];

  get size(): number {
    return this.on.size;
  }

  /** In the order in which they came. */
  get names(): Player[] {
    return [...this.on].map(([name, { since }]) => ({ name, since }));
  }

  /** Whether that changed something. */
  join(name: string, since: number): boolean {
    if (this.on.has(name) || this.on.size >= maxPlayers) return false;
    this.on.set(name, { since, isStored: false });
    return true;
  }

  /** Whether that changed something. */
  leave(name: string, until: number): boolean {
    const stay = this.on.get(name);
    if (!stay) return false;
    this.on.delete(name);
    if (stay.isStored) this.went.push({ name, until });
    else {
      this.passed.push({ name, since: stay.since, until: Math.max(until, stay.since) });
      if (this.passed.length > keptSessions) this.passed.shift();
    }
    return true;
  }

  /** These are on and nobody else. Whether that changed something. */
  set(players: readonly Player[], now: number): boolean {
    const names = new Set(players.map(({ name }) => name));
    let changed = false;
    for (const { name } of this.names) if (!names.has(name)) changed = this.leave(name, now) || changed;
    for (const { name, since } of players) changed = this.join(name, since) || changed;
    return changed;
  }

  /** As a host before this one had it on record. */
  restore(stays: readonly Player[]): void {
    for (const { name, since } of stays) this.on.set(name, { since, isStored: true });
  }

  /** What is to be written; `written` says that it was. */
  get pending(): StayChange {
    const fresh = [...this.on].filter(([, { isStored }]) => !isStored);
    return {
      came: [...this.passed, ...fresh.map(([name, { since }]) => ({ name, since, until: null }))],
      went: this.went,
    };
  }

  written(): void {
    this.passed = [];
    this.went = [];
    for (const stay of this.on.values()) stay.isStored = true;
  }
}
