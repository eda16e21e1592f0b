import type { HostNewsLine } from '../../shared/model/crash.ts';
import type { StoreState } from '../../shared/model/host.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import { Scope } from '../lib/scope.ts';
import type { StoreHealth } from '../store/health.ts';
import { roughly } from './compare.ts';

/** A clock that goes wrong by more than this between two looks was set, or the machine slept, in ms. */
const jumpMs = 2000;
/** Nothing ran for so long: the machine slept, was paused or overloaded, in ms. Looks come every few seconds. */
const pausedMs = 30_000;
/** Lines that are kept, the oldest are lost. */
const keptLines = 200;

export interface HostDiaryOptions {
  monitor: Pick<EngineMonitor, 'state' | 'onState'>;
  health?: Pick<StoreHealth, 'onChange'> | undefined;
  /** Of a host before this one, oldest first. */
  known: readonly HostNewsLine[];
  /** Of things that can be updated, by name; those of the last time. */
  versions: { now: () => Readonly<Record<string, string>>; before: Readonly<Record<string, string>> };
  /** Something has been added. */
  onChange: () => void;
  /** Unix ms. */
  now: () => number;
  /** Ms of a clock that isn't set. */
  elapsed: () => number;
}

/** What happened on this machine that servers may feel: sleep, a clock that was set, the engine's going and coming, a full disk, updates. */
export class HostDiary {
  private readonly options: HostDiaryOptions;
  private readonly scope = new Scope();
  private readonly list: HostNewsLine[];
  private seen: { now: number; elapsed: number };
  private known: Record<string, string>;
  private engine: string;
  private storeFails = false;

  constructor(options: HostDiaryOptions) {
    const { monitor, health, now, elapsed } = options;
    this.options = options;
    this.list = [...options.known];
    this.seen = { now: now(), elapsed: elapsed() };
    this.known = { ...options.versions.before };
    this.engine = monitor.state.status;
    this.scope.add(monitor.onState(({ status }) => this.engineChanged(status)));
    const dispose = health?.onChange((state) => this.storeChanged(state));
    if (dispose) this.scope.add(dispose);
  }

  get lines(): readonly HostNewsLine[] {
    return this.list;
  }

  /** Versions as they are known now, to be compared by the next host. */
  get versions(): Readonly<Record<string, string>> {
    return this.known;
  }

  /** What happened in the time before `at`, and in the minute after it, newest last. Times in Unix ms. */
  around(at: number, { beforeMs, most }: { beforeMs: number; most: number }): HostNewsLine[] {
    return this.list.filter((line) => line.at >= at - beforeMs && line.at <= at + 60_000).slice(-most);
  }

  /** Looks at the clocks; to be called every few seconds. */
  look(): void {
    const { now, elapsed } = this.options;
    const at = { now: now(), elapsed: elapsed() };
    const passed = at.elapsed - this.seen.elapsed;
    const drift = at.now - this.seen.now - passed;
    this.seen = at;
    if (drift > jumpMs)
      this.note('clock', `The machine slept, or its clock was set ahead: ${roughly(drift)} went by at once`);
    else if (drift < -jumpMs) this.note('clock', `The machine’s clock was set back by ${roughly(-drift)}`);
    else if (passed > pausedMs) this.note('clock', `The machine slept or stood still for ${roughly(passed)}`);
  }

  /** `at` in Unix ms; left out: now. */
  note(kind: HostNewsLine['kind'], text: string, at = this.options.now()): void {
    this.list.push({ at: Math.round(at), kind, text });
    this.list.splice(0, this.list.length - keptLines);
    this.options.onChange();
  }

  close(): void {
    this.scope.close();
  }

  private storeChanged(state: StoreState): void {
    const isFailing = state.status === 'failing';
    if (isFailing) this.note('store', `The host could not write its database: ${state.problem}`);
    else if (this.storeFails) this.note('store', 'The host could write its database again');
    this.storeFails = isFailing;
  }

  private engineChanged(status: string): void {
    if (status === this.engine) return;
    const wasKnown = this.engine !== 'connecting';
    this.engine = status;
    if (status === 'down') this.note('engine', 'The Docker engine could no longer be reached');
    if (status !== 'up') return;
    if (wasKnown) this.note('engine', 'The Docker engine answered again');
    this.compareVersions();
  }

  /** Notes what is another version than the host before knew; to be called once at the start, when changes can be written. */
  compareVersions(): void {
    let isNew = false;
    for (const [name, version] of Object.entries(this.options.versions.now())) {
      const before = this.known[name];
      if (before === version) continue;
      this.known[name] = version;
      isNew = true;
      if (before !== undefined) this.note('update', `${name} was ${before} and is now ${version}`);
    }
    if (isNew) this.options.onChange();
  }
}
