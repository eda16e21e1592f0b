import { createStore } from 'zustand/vanilla';
import type { UserMode } from '../../../../shared/model/server.ts';
import type { EnvironmentRow } from '../../../ui/environment.ts';
import type { MountRow } from './mounts.ts';

/** What is typed in each section; its fields are compared one by one. */
export interface SectionValues {
  start: {
    name: string;
    startup: string;
    ready: string;
    dataPath: string;
    timeZone: string;
    owner: string;
    user: UserMode | null;
    readOnlyRoot: boolean;
    tty: boolean;
  };
  stopping: { by: string; text: string; seconds: number | ''; restart: boolean; autoStart: boolean };
  console: { way: string; port: number | ''; variable: string };
  players: { query: string; port: number | ''; join: string; leave: string };
  variables: Readonly<Record<string, string>>;
  environment: { rows: readonly EnvironmentRow[] };
  limits: { memory: string; cpu: number | null };
  disk: { size: string };
  mounts: { rows: readonly MountRow[] };
  install: { image: string; script: string };
}
export type SectionName = keyof SectionValues;

/** Fields that were typed into, and what was saved when that began: from it one sees what somebody else has changed since. */
export interface Draft<T> {
  mine: Partial<T>;
  base: Partial<T>;
}
type Drafts = { readonly [S in SectionName]?: Draft<SectionValues[S]> };

/** A field that somebody else has changed while it was typed into, to something else. */
export interface Clash<T> {
  field: keyof T & string;
  mine: unknown;
  theirs: unknown;
}

/** How two values of a field are compared. */
export type Same = (a: unknown, b: unknown) => boolean;
export const isSame: Same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** What is shown for a draft on top of what is saved now. */
export function look<T extends object>(saved: T, draft: Draft<T> | undefined, same: Same = isSame) {
  const mine: Partial<T> = draft?.mine ?? {};
  const base: Partial<T> = draft?.base ?? {};
  const at = (of: object, field: string): unknown => Reflect.get(of, field);
  const changed = keysOf(mine).filter((field) => !same(at(mine, field), at(saved, field)));
  const clashes: Clash<T>[] = changed
    .filter((field) => !same(at(base, field), at(saved, field)))
    .map((field) => ({ field, mine: at(mine, field), theirs: at(saved, field) }));
  return { values: { ...saved, ...mine }, changed, clashes };
}

/** The draft after `changes` to it; undefined when nothing differs from where it began. */
export function edited<T extends object>(
  saved: T,
  draft: Draft<T> | undefined,
  changes: Partial<T>,
  same: Same = isSame,
): Draft<T> | undefined {
  const mine: Partial<T> = { ...draft?.mine, ...changes };
  const base: Partial<T> = { ...draft?.base };
  for (const field of keysOf(changes)) if (!Object.hasOwn(base, field)) base[field] = saved[field];
  return without({ mine, base }, (field) => same(mine[field], base[field]));
}

/** Of a clash: what was typed is to be saved; it stands against what is saved now. */
export function keptMine<T extends object>(saved: T, draft: Draft<T>, field: keyof T & string): Draft<T> {
  return { ...draft, base: { ...draft.base, [field]: saved[field] } };
}

/** Of a clash: what was typed goes. Undefined when nothing else was. */
export const taken = <T extends object>(draft: Draft<T>, field: keyof T & string): Draft<T> | undefined =>
  without(draft, (one) => one === field);

function without<T extends object>(
  draft: Draft<T>,
  goes: (field: keyof T & string) => boolean,
): Draft<T> | undefined {
  const mine = { ...draft.mine };
  const base = { ...draft.base };
  for (const field of keysOf(mine))
    if (goes(field)) {
      delete mine[field];
      delete base[field];
    }
  return keysOf(mine).length === 0 ? undefined : { mine, base };
}

function keysOf<T extends object>(values: Partial<T>): (keyof T & string)[] {
  const keys: (keyof T & string)[] = [];
  for (const key in values) if (Object.hasOwn(values, key)) keys.push(key);
  return keys;
}

/** Servers whose drafts are kept; the one that was typed into longest ago goes. */
const mostServers = 8;

/** What of a window is needed here. */
type Closing = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

/**
 * What was typed into servers' settings and is not saved. In memory alone, and outlives the page that it was typed on: it is there
 * again after a look at another tab, and for whoever signs in after the host refused the token. As long as there is some, closing
 * the window is asked about.
 */
export class SettingsDrafts {
  readonly store = createStore<ReadonlyMap<string, Drafts>>(() => new Map());
  private readonly window: Closing;

  constructor(window: Closing) {
    this.window = window;
  }

  of(server: string): Drafts {
    return this.store.getState().get(server) ?? none;
  }

  set<S extends SectionName>(server: string, section: S, draft: Draft<SectionValues[S]> | undefined): void {
    const { [section]: _before, ...others } = this.of(server);
    this.put(server, draft === undefined ? { ...others } : { ...others, [section]: draft });
  }

  drop(server: string): void {
    this.put(server, none);
  }

  /** Somebody signed out by wish: what they typed is not for the next. */
  dropAll(): void {
    for (const server of this.store.getState().keys()) this.drop(server);
  }

  private put(server: string, drafts: Drafts): void {
    const all = new Map(this.store.getState());
    all.delete(server);
    if (Object.keys(drafts).length > 0) all.set(server, drafts);
    const [oldest] = all.keys();
    if (all.size > mostServers && oldest !== undefined) all.delete(oldest);
    this.store.setState(all, true);
    if (all.size > 0) this.window.addEventListener('beforeunload', ask);
    else this.window.removeEventListener('beforeunload', ask);
  }
}

const none: Drafts = {};
const ask = (event: Event): void => event.preventDefault();

export const settingsDrafts = new SettingsDrafts(globalThis);
