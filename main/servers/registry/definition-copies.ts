import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorText } from '../../../shared/error-text.ts';
import {
  installStateSchema,
  internalIdSchema,
  serverDefinitionSchema,
} from '../../../shared/model/server.ts';
import type { Log } from '../../lib/log.ts';
import { writeAtomically } from '../../lib/write-atomically.ts';
import type { Store, StoredServer } from '../../store/contract.ts';

/** What a server is, for the day on which the database is lost. `volume` as it was known then. */
const definitionCopySchema = z.object({
  definition: serverDefinitionSchema,
  install_state: installStateSchema,
  ever_started: z.boolean(),
  volume: z.object({ quota_mb: z.number().int(), created_at: z.number().int() }).nullable(),
});
export type DefinitionCopy = z.infer<typeof definitionCopySchema>;

/** Most copies that are read, so that a folder with something else in it costs no memory without end. */
const mostCopies = 10_000;

/**
 * A file for each server with its definition, beside the database and as private (0600: it has environment variables in it). Written
 * when the definition changes, removed with the server. It is only read when the database doesn't know the server. What can't
 * be written is logged and tried again with the next change; nobody is kept from anything by that.
 */
export class DefinitionCopies {
  private readonly dir: string;
  private readonly log: Log;
  /** What is in the files, by id. */
  private readonly texts = new Map<string, string>();

  constructor({ dir, log }: { dir: string; log: Log }) {
    this.dir = dir;
    this.log = log;
  }

  /** The store with every write about a server kept here, too. */
  watch(store: Store): Store {
    const { servers, volumes } = store;
    return {
      ...store,
      servers: {
        ...servers,
        put: (server) => {
          servers.put(server);
          this.keep(server, volumes.get(server.definition.volume_id));
        },
        remove: (id) => {
          servers.remove(id);
          this.drop(id);
        },
      },
    };
  }

  /** Never throws. */
  keep(server: StoredServer, volume: { quota_mb: number; created_at: number } | null): void {
    const { definition, install_state, ever_started } = server;
    const id = definition.internal_id;
    const kept = volume && { quota_mb: volume.quota_mb, created_at: volume.created_at };
    const text = `${JSON.stringify({ definition, install_state, ever_started, volume: kept })}\n`;
    try {
      if ((this.texts.get(id) ?? this.textOf(id)) !== text) {
        mkdirSync(this.dir, { recursive: true, mode: 0o700 });
        writeAtomically(this.file(id), text);
      }
      this.texts.set(id, text);
    } catch (error) {
      this.texts.delete(id);
      this.log.warn({ server: id, error: errorText(error) }, 'the copy of a definition could not be written');
    }
  }

  has(id: string): boolean {
    return existsSync(this.file(id));
  }

  /** Null if there is none that can be read. */
  get(id: string): DefinitionCopy | null {
    try {
      const copy = definitionCopySchema.parse(JSON.parse(this.textOf(id) ?? ''));
      return copy.definition.internal_id === id ? copy : null;
    } catch {
      return null;
    }
  }

  /** The ids of all that are there, readable or not. */
  ids(): string[] {
    let names: string[];
    try {
      names = readdirSync(this.dir);
    } catch {
      return [];
    }
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter((id) => internalIdSchema.safeParse(id).success)
      .sort()
      .slice(0, mostCopies);
  }

  /** Never throws. */
  drop(id: string): void {
    this.texts.delete(id);
    try {
      rmSync(this.file(id), { force: true });
    } catch (error) {
      this.log.warn({ server: id, error: errorText(error) }, 'the copy of a definition could not be removed');
    }
  }

  private textOf(id: string): string | null {
    return this.has(id) ? readFileSync(this.file(id), 'utf8') : null;
  }

  private file(id: string): string {
    return join(this.dir, `${id}.json`);
  }
}
