import { LightdeckError } from '../../shared/errors.ts';
import type { CommunityEggEntry, CommunityRepository } from '../../shared/http/community-eggs.ts';
import type { Progress } from '../../shared/model/progress.ts';
import { type OpenUrlOptions, openUrl } from '../eggs/fetch/open-url.ts';
import type { CommunityTable } from './community-table.ts';
import type { EggRepository } from './repositories.ts';

/** Milliseconds for one archive. */
const maxTime = 5 * 60_000;

export interface CommunityOptions
  extends Partial<Pick<OpenUrlOptions, 'lookup' | 'ca' | 'isPrivateAllowed'>> {
  table: CommunityTable;
  repositories: readonly EggRepository[];
  /** Unix milliseconds. */
  now: () => number;
}

/** E14: the community's eggs: public repositories, fetched when somebody asks for it, and searched here. */
export class CommunityEggs {
  private readonly options: CommunityOptions;

  constructor(options: CommunityOptions) {
    this.options = options;
  }

  repositories(): CommunityRepository[] {
    const { table, repositories } = this.options;
    const counts = new Map<string, number>();
    for (const { repository } of table.all()) counts.set(repository, (counts.get(repository) ?? 0) + 1);
    return repositories.map(({ id, title, home, licence }) => ({
      id,
      title,
      home,
      licence,
      fetched_at: table.repository(id)?.fetched_at ?? null,
      eggs: counts.get(id) ?? 0,
    }));
  }

  /** Those in whose name, author, description, image, path or licence each word is; names first. */
  search(words: string, repository: string | null): CommunityEggEntry[] {
    const { table, repositories } = this.options;
    const asked = words
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const licences = new Map(repositories.map(({ id, licence }) => [id, licence]));
    const found = table
      .all()
      .map((row) => ({ ...row, licence: licences.get(row.repository) ?? '' }))
      .filter((egg) => repository === null || egg.repository === repository)
      .filter((egg) => {
        const all = Object.values(egg).join('\n').toLowerCase();
        return asked.every((word) => all.includes(word));
      });
    const inName = (egg: CommunityEggEntry): boolean =>
      asked.every((word) => egg.name.toLowerCase().includes(word));
    return [...found.filter(inName), ...found.filter((egg) => !inName(egg))];
  }

  /** Throws `not_found`. */
  text(repository: string, id: string): string {
    const text = this.options.table.text(repository, id);
    if (text === null) throw new LightdeckError('not_found', 'There is no such egg of the community here');
    return text;
  }

  /** Throws `not_found` for one that isn't in the list. */
  chosen(ids: readonly string[]): EggRepository[] {
    const { repositories } = this.options;
    return ids.map((id) => {
      const found = repositories.find((one) => one.id === id);
      if (!found) throw new LightdeckError('not_found', `There is no repository ${id}`);
      return found;
    });
  }

  /**
   * Fetches these, one after the other; one that fails keeps no other from being fetched, and what was there of it stays. Rejects with the first
   * failure when none could be had.
   */
  async refresh(
    repositories: readonly EggRepository[],
    { signal, progress }: { signal: AbortSignal; progress: (progress: Progress) => void },
  ): Promise<{ fetched: number; unchanged: number; failed: string[] }> {
    const done = { fetched: 0, unchanged: 0, failed: [] as string[] };
    let first: unknown = null;
    for (const [index, one] of repositories.entries()) {
      signal.throwIfAborted();
      const tell = (bytes: number): void =>
        progress({
          phase: 'fetch',
          current: index,
          total: repositories.length,
          text: `${one.title}: ${(bytes / 1_000_000).toFixed(1)} MB`,
        });
      tell(0);
      try {
        done[await this.fetch(one, signal, tell)] += 1;
      } catch (error) {
        signal.throwIfAborted();
        first ??= error;
        done.failed.push(`${one.title}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (done.failed.length === repositories.length && first !== null) throw first;
    return done;
  }

  private fetch(
    { id, archive }: EggRepository,
    signal: AbortSignal,
    onRead: (bytes: number) => void,
  ): Promise<'fetched' | 'unchanged'> {
    const { table, now, lookup, ca, isPrivateAllowed = false } = this.options;
    const etag = table.repository(id)?.etag ?? null;
    const headers = etag === null ? {} : { 'if-none-match': etag };
    return openUrl(
      archive,
      { lookup, ca, isPrivateAllowed, signal, time: maxTime, headers },
      async (response) => {
        if (response.statusCode === 304) {
          table.touch(id, now());
          return 'unchanged';
        }
        const { readEggArchive } = await import('./read-archive.ts');
        const eggs = await readEggArchive(response, { signal, onRead });
        signal.throwIfAborted();
        table.put({ id, etag: response.headers.etag ?? null, fetched_at: now() }, eggs);
        return 'fetched';
      },
    );
  }
}
