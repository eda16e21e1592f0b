import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import type { SnapshotInfo } from './contract.ts';
import { writeDurably } from './durable.ts';
import type { StorePaths } from './format.ts';
import {
  type SnapshotRecord,
  type SnapshotState,
  snapshotRecordSchema,
  snapshotStateSchema,
} from './schemas.ts';

const recordName = /^([0-9]{8}t[0-9]{6}-[0-9a-f]{8})\.json$/;
const anyName = /^([0-9]{8}t[0-9]{6}-[0-9a-f]{8})\.(json|state\.json|manifest\.gz)$/;
export const unknownState: SnapshotState = { checked_at: null, damaged: 0, rehearsed_at: null };

/** By time, and never twice: `20261130t072245-1b2c3d4e`. */
export function newSnapshotId(at: number): string {
  const time = new Date(at).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
  return `${time}-${randomBytes(4).toString('hex')}`;
}

/** Ids of the snapshots whose records are among these files. */
export const listRecordNames = (names: readonly string[]): string[] =>
  names.flatMap((name) => recordName.exec(name)?.[1] ?? []).sort();

/** The snapshots of a store, as far as their small files say. A snapshot is there when its record is. */
export class Records {
  private readonly paths: StorePaths;
  private readonly log: Log;

  constructor(paths: StorePaths, log: Log) {
    this.paths = paths;
    this.log = log;
  }

  /** Ids of all, also of those that can't be read. */
  async ids(): Promise<string[]> {
    return listRecordNames(await readdir(this.paths.snapshots));
  }

  /** Newest first. What can't be read is logged and left out. */
  async all(): Promise<SnapshotRecord[]> {
    const records: SnapshotRecord[] = [];
    for (const id of await this.ids()) {
      try {
        records.push(await this.get(id));
      } catch (error) {
        this.log.warn({ snapshot: id, error: errorText(error) }, 'a snapshot can not be read');
      }
    }
    return records.sort((a, b) => b.at - a.at);
  }

  /** Throws LightdeckError `not_found`, or `invalid` where it is damaged. */
  async get(id: string): Promise<SnapshotRecord> {
    if (!recordName.test(`${id}.json`)) throw missing();
    const record = await readJson(this.paths.record(id), snapshotRecordSchema);
    if (!record) throw missing();
    return record;
  }

  async info(record: SnapshotRecord): Promise<SnapshotInfo> {
    const { format: _format, manifest: _manifest, ...facts } = record;
    return { ...facts, ...(await this.state(record.id)) };
  }

  async add(record: SnapshotRecord): Promise<void> {
    await writeDurably(this.paths.record(record.id), `${JSON.stringify(record)}\n`);
  }

  async state(id: string): Promise<SnapshotState> {
    try {
      return (await readJson(this.paths.state(id), snapshotStateSchema)) ?? unknownState;
    } catch (error) {
      this.log.warn({ snapshot: id, error: errorText(error) }, "a snapshot's last check is not known");
      return unknownState;
    }
  }

  async mark(id: string, change: Partial<SnapshotState>): Promise<void> {
    const state = { ...(await this.state(id)), ...change };
    await writeDurably(this.paths.state(id), `${JSON.stringify(state)}\n`);
  }

  /** It is no snapshot any more. What else there is of it goes with `sweep`. */
  async forget(id: string): Promise<void> {
    await rm(this.paths.record(id), { force: true });
  }

  /** Removes what belongs to no snapshot: only for who has the store alone. */
  async sweep(): Promise<void> {
    const ids = new Set(await this.ids());
    for (const name of await readdir(this.paths.snapshots)) {
      const id = anyName.exec(name)?.[1];
      const isLeft = id === undefined ? name.endsWith('.tmp') : !ids.has(id);
      if (isLeft) await rm(join(this.paths.snapshots, name), { force: true });
    }
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new LightdeckError('invalid', `${path} is damaged`, { cause: error });
  }
}

const missing = (): LightdeckError => new LightdeckError('not_found', 'Snapshot not found');
