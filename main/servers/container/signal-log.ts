/** Signals after which an end counts as a wish from outside. */
const terminating = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGQUIT', 'SIGHUP']);

/**
 * Whose signals a run got. The engine tells each one that goes through it, ours too, so what we send is announced here
 * first: what the engine tells beyond that is somebody else's.
 */
export class SignalLog {
  /** The last terminating signal that somebody sent through the engine, other than us. */
  outside: string | null = null;
  private readonly own: string[] = [];

  /** We are about to send it. Returns what to call if it was not sent after all. */
  sending(name: string): () => void {
    this.own.push(name);
    return () => this.take(name);
  }

  /** The engine tells of a signal. */
  told(name: string): void {
    if (!this.take(name) && terminating.has(name)) this.outside = name;
  }

  private take(name: string): boolean {
    const index = this.own.indexOf(name);
    if (index < 0) return false;
    this.own.splice(index, 1);
    return true;
  }
}
