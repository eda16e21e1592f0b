import { LightdeckError } from '../../shared/errors.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { NewOperation, OperationRun, Operations, StartedOperation } from '../operations/operations.ts';

export interface ServerWorkOptions {
  operations: Pick<Operations, 'start'>;
  news: Pick<HostNews, 'changed'>;
}

/** One piece of work at a time with the backups of a server: a second one is refused, since it was decided on what was. */
export class ServerWork {
  private readonly options: ServerWorkOptions;
  /** What is under way, in words, by server. */
  private readonly running = new Map<string, string>();

  constructor(options: ServerWorkOptions) {
    this.options = options;
  }

  /** Throws LightdeckError `busy`. */
  begin(
    server: string,
    { kind, title, by }: Pick<NewOperation, 'kind' | 'title' | 'by'>,
    run: (run: OperationRun) => Promise<Record<string, unknown> | null>,
  ): StartedOperation {
    const end = this.claim(server, title);
    try {
      return this.options.operations.start({
        kind,
        container: server,
        title,
        scope: 'backups',
        by,
        run: (operation) => run(operation).finally(end),
      });
    } catch (error) {
      end();
      throw error;
    }
  }

  /** As a part of somebody else's operation. Throws LightdeckError `busy`. */
  async within<T>(server: string, title: string, work: () => Promise<T>): Promise<T> {
    const end = this.claim(server, title);
    try {
      return await work();
    } finally {
      end();
    }
  }

  private claim(server: string, title: string): () => void {
    const under = this.running.get(server);
    if (under !== undefined)
      throw new LightdeckError(
        'busy',
        `Something is under way already: ${under}. Wait until it has ended, or cancel it`,
      );
    this.running.set(server, title);
    return () => {
      this.running.delete(server);
      this.options.news.changed('backups', server);
    };
  }
}
