import { execFile } from 'node:child_process';

export interface DockerOptions {
  /** Like DOCKER_HOST: `unix:///path` or `tcp://…`. Default: the engine that the docker command finds itself. */
  host?: string;
  /** Milliseconds until the command is killed. */
  timeoutMs?: number;
  /** Written to the command's standard input, which is then closed. */
  input?: string | Buffer;
}

export type Docker = (...args: string[]) => Promise<string>;

/** What a docker command that failed said: its exit code and both outputs are in the message. */
export class DockerCommandError extends Error {
  readonly stderr: string;

  constructor(args: string[], reason: string, stderr: string) {
    super(`docker ${args.join(' ')}: ${reason}\n${stderr.trim()}`);
    this.name = 'DockerCommandError';
    this.stderr = stderr;
  }
}

/** Runs one docker command and returns its standard output, trimmed at the end. Rejects with DockerCommandError. */
export function runDocker(args: string[], options: DockerOptions = {}): Promise<string> {
  const { host, timeoutMs = 60_000, input } = options;
  const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host, DOCKER_CONTEXT: '' };
  return new Promise((resolve, reject) => {
    const child = execFile(
      'docker',
      args,
      { env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error) reject(new DockerCommandError(args, error.message, stderr));
        else resolve(stdout.trimEnd());
      },
    );
    // A command that ends before it read everything closes the pipe; its exit code tells the story.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** One docker command against the engine of this machine. */
export const docker: Docker = (...args) => runDocker(args);

/** The docker command bound to another engine, e.g. `dockerAt('unix:///path/docker.sock')`. */
export function dockerAt(host: string): Docker {
  return (...args) => runDocker(args, { host });
}
