import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { patientRename, patientRenameSync } from '../../lib/patient-rename.ts';
import { hasCode } from '../../lib/system-error.ts';

/**
 * Where the servers' console histories lie. A removal is a move first: whatever kills the host in the middle of it, no later server
 * of that id finds another one's console, and the next start clears away what is left.
 */
export class HistoryFolders {
  private readonly dir: string;
  private readonly gone: string;
  private readonly kept: string;
  /** Holds histories that stand in for ones that can't be read. */
  readonly standIns: string;

  /** `dir` holds one folder for each server; what goes waits in one beside it. */
  constructor(dir: string) {
    this.dir = dir;
    this.gone = `${dir}-gone`;
    this.kept = `${dir}-deleted`;
    this.standIns = `${dir}-unreadable`;
  }

  of(id: string): string {
    return join(this.dir, id);
  }

  /** Takes the history of a server away, at once for everybody who looks; there being none is fine. Returns what clears the disk. */
  async take(id: string): Promise<() => Promise<void>> {
    const place = join(this.gone, randomUUID());
    await mkdir(this.gone, { recursive: true });
    await moveIfThere(this.of(id), place);
    return () => rm(place, { recursive: true, force: true });
  }

  /** Sets the history of a server aside under a key, at once for everybody who looks; there being none is fine. */
  async keep(id: string, key: string): Promise<void> {
    await mkdir(this.kept, { recursive: true });
    await moveIfThere(this.of(id), this.keptAt(id, key));
  }

  /** The way back of `keep`. What is at the server's place is nobody's. */
  async putBack(id: string, key: string): Promise<void> {
    this.clear(id);
    await moveIfThere(this.keptAt(id, key), this.of(id));
  }

  /** For good. None: nothing. */
  async dropKept(id: string, key: string): Promise<void> {
    await rm(this.keptAt(id, key), { recursive: true, force: true });
  }

  /**
   * After a crash: a history goes where its server is. `servers` are those on record, `kept` the ids and keys of those that are kept.
   * Before anything else of the start looks for histories.
   */
  async settle(servers: ReadonlySet<string>, kept: readonly { id: string; key: string }[]): Promise<void> {
    const known = new Set(kept.map(({ id, key }) => nameOf(id, key)));
    for (const name of await namesIn(this.kept)) {
      if (known.has(name)) continue;
      const [id = '', key = ''] = name.split(separator);
      if (servers.has(id) && !existsSync(this.of(id))) await moveIfThere(this.keptAt(id, key), this.of(id));
      else await rm(join(this.kept, name), { recursive: true, force: true });
    }
    for (const { id, key } of kept)
      if (!servers.has(id) && !existsSync(this.keptAt(id, key))) await this.keep(id, key);
  }

  private keptAt(id: string, key: string): string {
    return join(this.kept, nameOf(id, key));
  }

  /**
   * Makes sure that a new server of that id begins with an empty console: a removal before it may have had to leave one.
   * Throws LightdeckError `conflict`, naming the folder.
   */
  clear(id: string): void {
    const dir = this.of(id);
    if (!existsSync(dir)) return;
    try {
      mkdirSync(this.gone, { recursive: true });
      patientRenameSync(dir, join(this.gone, randomUUID()));
    } catch (error) {
      const reason = errorText(error);
      const message = `The console of a deleted server with the id ${id} is still in ${dir} and can't be removed (${reason}). Remove that folder, or choose another id`;
      throw new LightdeckError('conflict', message, { cause: error });
    }
  }

  /** Clears away what removals left that a crash cut short, and what stood in for others. */
  async sweep(): Promise<void> {
    await Promise.all([this.gone, this.standIns].map((dir) => rm(dir, { recursive: true, force: true })));
  }
}

/** No server's id has it. */
const separator = '~';
const nameOf = (id: string, key: string): string => `${id}${separator}${key}`;

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await patientRename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
