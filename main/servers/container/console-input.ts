import { errorText } from '../../../shared/error-text.ts';
import { PendingStdin } from './pending-stdin.ts';
import type { ContainerRun } from './run.ts';

export interface ConsoleInputOptions {
  /** Null while nothing is known to run. */
  run: () => Pick<ContainerRun, 'write'> | null;
  /** Whether the program that will run has a terminal. */
  tty: () => boolean;
  /** For the server's viewers (S11). */
  notify: (text: string) => void;
}

/** What is typed into a server (S12), for the run there is, or the one that is being started or only being found again. */
export class ConsoleInput {
  private readonly options: ConsoleInputOptions;
  private readonly pending = new PendingStdin();

  constructor(options: ConsoleInputOptions) {
    this.options = options;
  }

  /** Null when it was taken, else why not. */
  send(data: Buffer): string | null {
    const run = this.options.run();
    try {
      if (run === null) this.pending.push(data, { tty: this.options.tty() });
      else if (!run.write(data)) return 'the command was not sent: the console is not connected yet';
      return null;
    } catch (error) {
      return errorText(error);
    }
  }

  /** The run has begun: it gets what was typed before. */
  began(): void {
    for (const data of this.pending.take()) {
      const refused = this.send(data);
      if (refused !== null) this.options.notify(`Error: ${refused}`);
    }
  }

  /** There will be no run that could get it; why not. */
  drop(why = 'the server did not start'): void {
    if (this.pending.take().length > 0) this.options.notify(`Error: what was typed was not sent: ${why}`);
  }
}
