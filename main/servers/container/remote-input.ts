import type { ServerDefinition } from '../../../shared/model/server.ts';
import { publishedAt } from '../../network/published-at.ts';
import { RemoteConsole } from '../../rcon/remote-console.ts';

/** A line that is longer is no command, in bytes: the least that the protocols take. */
const mostLine = 4000;
/** So much of an answer is told, in characters. */
const mostTold = 16 * 1024;

export interface RemoteInputOptions {
  definition: () => ServerDefinition;
  /** R2. Throws what the store throws. */
  password: () => string;
  /** The machine that the engine publishes its ports on, where that isn't this one. */
  engineHost: () => string | null;
  /** For the server's viewers (S11). */
  notify: (text: string) => void;
  /** Unix ms. */
  now: () => number;
}

/** R1: what is typed into a server whose console isn't its standard input. Its answers are told to the viewers, and are no part of the history. */
export class RemoteInput {
  private readonly options: RemoteInputOptions;
  private current: RemoteConsole | null = null;

  constructor(options: RemoteInputOptions) {
    this.options = options;
  }

  /** Null when it was taken, else why not. `onFailed`: it could not be sent after all, which the viewers are told. */
  send(text: string, onFailed?: () => void): string | null {
    const lines = text.split(/\r?\n|\r/).filter((line) => line.trim() !== '');
    for (const line of lines) {
      if (Buffer.byteLength(line) > mostLine)
        return `the command was not sent: it has more than ${mostLine} bytes`;
      this.current ??= this.open();
      const refused = this.current.send(line, onFailed);
      if (refused !== null) return `the command was not sent: ${refused}`;
    }
    return null;
  }

  /** The run is over, or the host ends. */
  close(): void {
    this.current?.close();
    this.current = null;
  }

  private open(): RemoteConsole {
    const { notify, now } = this.options;
    return new RemoteConsole({
      target: () => this.target(),
      onAnswer: (command, answer) => {
        const told = answer.trimEnd().slice(0, mostTold);
        notify(this.hidden(`Console answer to "${command}"${told === '' ? ': none' : `:\n${told}`}`));
      },
      onFailed: (command, why) => notify(this.hidden(`Error: "${command}" was not sent: ${why}`)),
      now,
    });
  }

  private target() {
    const { definition, engineHost } = this.options;
    const { console, ports } = definition();
    if (console === null) return { why: 'it has no remote console any more' };
    const binding = ports.find(
      ({ container_port, protocol }) => protocol === 'tcp' && container_port === console.port,
    );
    if (!binding)
      return { why: `its console's port ${console.port}/tcp is not published: add it under Network` };
    return { kind: console.kind, password: passwordOf(this.options), ...publishedAt(binding, engineHost()) };
  }

  /** A program can be asked for its password; its answer goes to all who look. */
  private hidden(text: string): string {
    const secret = passwordOf(this.options);
    return secret === '' ? text : text.replaceAll(secret, '••••');
  }
}

/** What was chosen, or what the host has made. */
function passwordOf({ definition, password }: Pick<RemoteInputOptions, 'definition' | 'password'>): string {
  const { console, environment } = definition();
  return (console && environment[console.password]) || password();
}
