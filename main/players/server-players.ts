import type { Player, PlayerCount, PlayersSetting, SourceState } from '../../shared/model/players.ts';
import { isResting, type WireState } from '../../shared/model/server.ts';
import type { ConsoleBatch } from '../console/console-output.ts';
import { Scope } from '../lib/scope.ts';
import { cleanName } from './clean-name.ts';
import { ConsoleFollower } from './console-follower.ts';
import { ConsoleNames } from './console-names.ts';
import type { CountedServer, QueryTarget, ReadConsole } from './contract.ts';
import type { StayChange, StoredRun } from './player-table.ts';
import { Presence } from './presence.ts';
import type { QueryAnswer } from './query/contract.ts';
import { QueryClock } from './query-clock.ts';

/** How long changes are gathered before they are written, in ms. */
const gatherMs = 500;
/** Of a console without anybody's coming or going it is written after so many bytes up to where it was read. */
const noteEveryBytes = 1024 * 1024;
/** As many answers in a row that count fewer than the console names: it has missed somebody's leaving. */
const mostDoubts = 3;
/** More than that no server has. */
const mostOnline = 1_000_000;

export interface ServerPlayersOptions {
  setting: PlayersSetting;
  target: () => QueryTarget;
  ask: (target: Exclude<QueryTarget, { why: string }>, signal: AbortSignal) => Promise<QueryAnswer>;
  read: ReadConsole;
  /** Of the run that is on record, whichever that is. */
  stored: StoredRun | null;
  /** Who is on record as being on. */
  open: readonly Player[];
  /** Writes it down; throws where that can't be done. */
  note: (run: StoredRun, change: StayChange) => void;
  /** There is something for `write` to do. */
  onWriteDue: () => void;
  /** Something that is shown has changed. */
  onChange: () => void;
  /** Unix ms. */
  now: () => number;
}

const none: SourceState = { state: 'none', why: '' };

/** Who plays on one server, of its present run; by its console and by asking it. */
export class ServerPlayers {
  private readonly options: ServerPlayersOptions;
  private readonly scope = new Scope();
  private readonly presence = new Presence();
  private run: string | null = null;
  private isOn = false;
  private counted: { count: PlayerCount; at: number } | null = null;
  private consoleState: SourceState;
  private names: ConsoleNames | null = null;
  private follower: ConsoleFollower | null = null;
  private query: QueryClock | null = null;
  private readonly noQuery: SourceState;
  /** Whether the last answer named all. */
  private hasNames = false;
  private doubts = 0;
  private state: WireState = 'unknown';
  private notedTo = 0;
  private cancelWrite: (() => void) | null = null;
  /** What a host before this one was at, until it is known whether that goes on. */
  private left: StoredRun | null;
  /** Nothing of it ran when it was last looked at. */
  private hasRested = false;

  constructor(options: ServerPlayersOptions) {
    this.options = options;
    this.left = options.stored;
    this.consoleState = options.setting.console === null ? none : { state: 'waiting', why: '' };
    this.noQuery = options.setting.query === null ? none : { state: 'waiting', why: '' };
    this.presence.restore(options.open);
  }

  /** Null: nobody knows. */
  get count(): PlayerCount | null {
    return this.state === 'unknown' ? null : (this.counted?.count ?? null);
  }

  /** When that was seen, Unix ms. */
  get countedAt(): number | null {
    return this.counted?.at ?? null;
  }

  /** Those whose names are known; null: no names are. */
  get players(): Player[] | null {
    const isKnown =
      this.isOn && this.state !== 'unknown' && (this.consoleState.state === 'ok' || this.hasNames);
    return isKnown ? this.presence.names : null;
  }

  get sources(): { query: SourceState; console: SourceState } {
    return { query: this.query?.state ?? this.noQuery, console: this.consoleState };
  }

  /** Somebody looks at it. */
  look(): void {
    this.query?.look();
  }

  /** Asks it now, if it can be asked. Never rejects. */
  async askNow(): Promise<void> {
    await this.query?.askNow();
  }

  /** What it does has changed, or has become known. */
  update({ state, run }: Pick<CountedServer, 'state' | 'run'>): void {
    if (this.scope.isClosed) return;
    const before = this.state;
    this.state = state;
    if (state === 'unknown') {
      if (before !== state) this.options.onChange();
      return;
    }
    if (isResting(state) || state === 'installing') {
      this.hasRested = true;
      this.end();
      return;
    }
    const isAnew = state === 'starting' && before !== 'starting' && before !== 'unknown';
    const isOther = run !== null && this.run !== null && !isSameRun(run, this.run);
    if (this.isOn && (isAnew || isOther)) this.end();
    if (!this.isOn) this.begin({ run, isFresh: isAnew || this.hasRested });
    this.hasRested = false;
    if (this.run === null && run !== null) {
      this.run = run;
      this.writeSoon();
    }
    if (state === 'running') this.query ??= this.openQuery();
    if (before === 'unknown') this.options.onChange();
  }

  text(batch: ConsoleBatch): void {
    try {
      this.follower?.push(batch);
    } catch {
      // A listener that throws would not be told anything any more.
      this.loseConsole('its text could not be read');
    }
    const readTo = this.follower?.readTo ?? 0;
    if (readTo - this.notedTo > noteEveryBytes) this.writeSoon();
  }

  /** Writes what isn't written. Throws what the store throws; again, then. */
  write(): void {
    this.cancelWrite?.();
    this.cancelWrite = null;
    const readTo = this.consoleState.state === 'ok' ? (this.follower?.readTo ?? null) : null;
    this.options.note({ run: this.run ?? '', readTo }, this.presence.pending);
    this.presence.written();
    this.notedTo = readTo ?? this.notedTo;
  }

  close(): void {
    this.query?.close();
    this.follower?.close();
    this.scope.close();
  }

  /** A run goes on that this object hadn't seen: it begins now, or a host before this one had joined it. */
  private begin({ run, isFresh }: { run: string | null; isFresh: boolean }): void {
    const { setting, now } = this.options;
    const { left } = this;
    this.left = null;
    const isSame = left !== null && run !== null && isSameRun(left.run, run);
    this.isOn = true;
    this.run = run;
    this.names = setting.console && ConsoleNames.of(setting.console, now);
    if (!isSame) this.presence.set([], now());
    if (setting.console === null) this.consoleState = none;
    else if (this.names === null)
      this.consoleState = {
        state: 'off',
        why: 'its patterns can’t be used: they need what can’t be matched in bounded time',
      };
    else if (isSame ? left.readTo === null : !isFresh)
      this.consoleState = {
        state: 'off',
        why: 'the host has not seen its console from its beginning on; names are known again after its next start',
      };
    else this.consoleState = { state: 'ok', why: '' };
    this.follow(isSame ? left.readTo : null);
    if (isSame) this.notedTo = left.readTo ?? 0;
    if (this.consoleState.state === 'ok') this.countByConsole();
    this.writeSoon();
    this.options.onChange();
  }

  /** Nobody is on any more. */
  end(): void {
    if (!this.isOn && this.left === null) return;
    this.left = null;
    this.isOn = false;
    this.query?.close();
    this.query = null;
    this.follower?.close();
    this.follower = null;
    this.counted = null;
    this.hasNames = false;
    this.presence.set([], this.options.now());
    if (this.consoleState.state !== 'none') this.consoleState = { state: 'waiting', why: '' };
    this.writeSoon();
    this.options.onChange();
  }

  private follow(from: number | null): void {
    this.follower?.close();
    if (this.names === null) return;
    this.follower = new ConsoleFollower({
      read: this.options.read,
      onText: (text) => this.read(text),
      onMissed: () => this.loseConsole('too much was printed while the host was away, or it is gone'),
    });
    if (from !== null) this.follower.goOnFrom(from);
  }

  private read(text: Buffer): void {
    const changes = this.names?.push(text) ?? null;
    if (changes === null) {
      this.loseConsole('it printed too much that looks like somebody’s coming or going');
      return;
    }
    if (this.consoleState.state !== 'ok') return;
    const now = this.options.now();
    let changed = false;
    for (const { kind, name } of changes)
      changed = (kind === 'join' ? this.presence.join(name, now) : this.presence.leave(name, now)) || changed;
    if (!changed) return;
    this.countByConsole();
    this.writeSoon();
    this.options.onChange();
  }

  private loseConsole(why: string): void {
    if (this.consoleState.state !== 'ok') return;
    this.consoleState = { state: 'off', why: `${why}; names are known again after its next start` };
    this.presence.set([], this.options.now());
    this.counted = null;
    this.writeSoon();
    this.options.onChange();
  }

  private countByConsole(): void {
    const max = this.counted?.count.max ?? null;
    this.counted = { count: { online: this.presence.size, max }, at: this.options.now() };
  }

  private openQuery(): QueryClock | null {
    if (this.options.setting.query === null) return null;
    return new QueryClock({
      ask: async (signal) => {
        const target = this.options.target();
        if ('why' in target) throw new Error(target.why);
        return this.options.ask(target, signal);
      },
      onAnswer: (answer) => this.take(answer),
      onFailure: () => {
        // What was true some time ago isn't shown as what is.
        if (this.consoleState.state !== 'ok') {
          this.counted = null;
          this.hasNames = false;
        }
        this.options.onChange();
      },
      now: this.options.now,
    });
  }

  private take({ online, max, names }: QueryAnswer): void {
    const now = this.options.now();
    const count = {
      online: Math.min(online, mostOnline),
      max: max === null ? null : Math.min(max, mostOnline),
    };
    this.counted = { count, at: now };
    const isWhole = online === 0 || (names !== null && names.length === online);
    if (isWhole) {
      const known = new Map(this.presence.names.map(({ name, since }) => [name, since]));
      const players = (names ?? []).flatMap(({ name, forMs }) => {
        const clean = cleanName(name);
        return clean === null ? [] : [{ name: clean, since: known.get(clean) ?? now - (forMs ?? 0) }];
      });
      this.presence.set(players, now);
      this.hasNames = players.length === online;
      // Somebody whose leaving it has missed is gone by this, so the console can be followed again.
      if (this.names !== null && this.hasNames) this.consoleState = { state: 'ok', why: '' };
    } else if (this.consoleState.state === 'ok') this.doubt(online);
    else {
      this.hasNames = false;
      this.presence.set([], now);
    }
    this.writeSoon();
    this.options.onChange();
  }

  /** The console may name somebody who has left without a line. */
  private doubt(online: number): void {
    this.hasNames = false;
    this.doubts = this.presence.size > online ? this.doubts + 1 : 0;
    if (this.doubts < mostDoubts) return;
    const { counted } = this;
    this.loseConsole('its console names more players than it says are there');
    this.counted = counted;
  }

  private writeSoon(): void {
    this.cancelWrite ??= this.scope.timeout(() => {
      this.cancelWrite = null;
      this.options.onWriteDue();
    }, gatherMs);
  }
}

/** How far two tellings of one start may differ, in ms. */
const sameStartMs = 1000;

/** Of a container and its start (Unix ms): what names a run. */
export const runName = (container: string, startedAt: number): string => `${container}@${startedAt}`;

function isSameRun(one: string, other: string): boolean {
  const [container, start] = one.split('@');
  const [container2, start2] = other.split('@');
  return container === container2 && Math.abs(Number(start) - Number(start2)) < sameStartMs;
}
