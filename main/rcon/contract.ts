export interface RemoteTarget {
  host: string;
  port: number;
  /** Never to be shown. */
  password: string;
}

/** A connection that has been let in. */
export interface CommandChannel {
  /** Resolves with the answer, '' where none came. One at a time. Rejects when the connection breaks. */
  run(command: string): Promise<string>;
  /** Aborted when the connection has ended. */
  readonly ended: AbortSignal;
  close(): void;
}

/** Connects and logs in. Rejects in words, without the password, or with the signal's reason. */
export type OpenChannel = (target: RemoteTarget, signal: AbortSignal) => Promise<CommandChannel>;

/** As much of an answer as is kept, in bytes; more is cut off, and that is told. */
export const mostAnswer = 64 * 1024;
/** How long connecting and logging in may take, in ms. */
export const openMs = 5000;
/** How long the first part of an answer is waited for, and silence that ends one whose end isn't told, in ms. */
export const answerMs = 3000;
export const silenceMs = 400;

/** Another try would be a wrong guess more: some programs shut out whoever makes several. */
export class LoginRefused extends Error {
  constructor() {
    super('the server did not take the password of its remote console');
    this.name = 'LoginRefused';
  }
}

export const cutOff = '\n… the rest of the answer was cut off';
