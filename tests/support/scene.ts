import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RemoteConsoleSetting } from '../../shared/model/remote-console.ts';
import type { OnEnd } from './cleanup.ts';
import { type Docker, docker } from './docker-cli.ts';
import { type HostProcess, startHost } from './host-process.ts';
import { busyboxImage } from './images.ts';
import { connectServer, type ServerSocket } from './socket-client.ts';
import { tempDir } from './temp.ts';

const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const createReply = z.object({ internal_id: z.string(), state: z.string() });
const containerReply = z.object({
  internal_id: z.string(),
  state: z.string(),
  container_id: z.string().nullable(),
});

export interface SceneOptions {
  onEnd: OnEnd;
  env?: Record<string, string | undefined>;
  /** The host's data folder; it is the caller's. Default: a fresh one. */
  dataDir?: string;
  /** The docker command of the engine that the host uses. */
  docker?: Docker;
  /** As in HostOptions. */
  port?: number;
  user?: { uid: number; gid: number };
}

export interface ServerOptions {
  startup_command: string;
  image?: string;
  start_pattern?: string;
  tty?: boolean;
  entrypoint?: 'image' | 'shell';
  egg?: { name: string; uuid: string | null; sha256: string };
  restart_policy?: 'on-failure' | 'no';
  install_script?: string;
  limits?: { memory?: number; cpu?: number };
  stop?: { command?: string; signal?: string; timeout: number };
  ports?: object[];
  environment?: Record<string, string>;
  auto_start?: boolean;
  data_path?: string;
  console?: RemoteConsoleSetting;
  volume_owner?: string;
  read_only_root?: boolean;
  mount?: Record<string, string>;
  /** Default: a new volume. */
  volume_id?: string;
}

/** Waiting for input that never comes costs nothing: a `sleep` would be a process for each. */
/** A program: lines `line 1`, `line 2`, … at about so many a second (a multiple of 100), for ever, in bursts of a hundredth of them. */
export const linesASecond = (count: number): string =>
  `i=0; while :; do n=0; while [ $n -lt ${count / 100} ]; do i=$((i+1)); n=$((n+1)); echo "line $i"; done; read -t 0.009 nothing; done`;
export const thousandLinesASecond = linesASecond(1000);

/** A host in a process of its own, and servers on it; at the end all of it is removed, by id. */
export class Scene {
  readonly host: HostProcess;
  readonly docker: Docker;
  private readonly options: SceneOptions;
  private readonly ids: string[] = [];

  constructor(host: HostProcess, options: SceneOptions) {
    this.host = host;
    this.options = options;
    this.docker = options.docker ?? docker;
    options.onEnd(() => this.cleanUp());
  }

  /** Makes a volume and a server on it, and waits until it is installed. Its id. */
  async server(request: ServerOptions, id = `t${randomBytes(5).toString('hex')}`): Promise<string> {
    const { api } = this.host;
    const volume_id = request.volume_id ?? (await api.post('/volumes')).parse(volumeReply, 201).volume_id;
    this.ids.push(id);
    const body = { internal_id: id, image: await this.image(request), ...request, volume_id };
    (await api.post('/containers', body)).parse(createReply);
    const socket = await this.connect(id);
    await socket.waitFor('event', (frame) => frame.data === 'installed', { timeoutMs: 60_000 });
    await socket.close();
    return id;
  }

  private async image({ image }: ServerOptions): Promise<string> {
    return image ?? (await busyboxImage());
  }

  /** Removes at the end what somebody else made under this id. */
  adopt(id: string): void {
    this.ids.push(id);
  }

  async connect(
    id: string,
    query: Record<string, string> = {},
    token = this.host.token,
  ): Promise<ServerSocket> {
    const socket = await connectServer({ url: this.host.url, token, query }, id);
    this.options.onEnd(() => socket.terminate());
    return socket;
  }

  async state(id: string): Promise<z.infer<typeof containerReply>> {
    return (await this.host.api.get(`/containers/${id}`)).parse(containerReply);
  }

  /** The docker container's name. */
  container(id: string): string {
    return `lightd-${id}`;
  }

  /** The whole console history of a server, by paging back through `request_logs`. */
  async history(id: string): Promise<string> {
    const socket = await this.connect(id);
    let text = '';
    let before: number | undefined;
    for (;;) {
      const since = socket.mark();
      await socket.send({
        event: 'request_logs',
        lines: 10_000,
        ...(before === undefined ? {} : { before }),
      });
      const logs = await socket.waitFor('logs', () => true, { since, timeoutMs: 60_000 });
      text = logs.data + text;
      if (logs.data === '' || logs.from === 0) break;
      before = logs.from;
    }
    await socket.close();
    return text;
  }

  private async cleanUp(): Promise<void> {
    await Promise.all(this.ids.map((id) => this.remove(id)));
    await this.host.close();
  }

  private async remove(id: string): Promise<void> {
    const name = this.container(id);
    // Else a program that takes no notice of SIGTERM is waited for.
    await this.docker('kill', name).catch(() => {});
    // A host that runs removes what it made, network included; one that was killed can't.
    const done = await this.host.api.delete(`/containers/${id}`).catch(() => null);
    if (done?.status === 200 || done?.status === 404) return;
    await this.docker('rm', '-f', '-v', name).catch(() => {});
    await this.docker('rm', '-f', '-v', `${name}-install`).catch(() => {});
    await this.docker('network', 'rm', name).catch(() => {});
  }
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const host = await startHost({
    dataDir: options.dataDir ?? tempDir(options.onEnd),
    ...(options.env ? { env: options.env } : {}),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.user ? { user: options.user } : {}),
  });
  return new Scene(host, options);
}

/** What is wrong with a text that should hold `line 1`, `line 2`, … each once and in order (other lines are ignored); null if nothing is. */
export function numberingProblem(text: string, first = 1): string | null {
  let expected = first;
  for (const match of text.matchAll(/^line (\d+)$/gm)) {
    const number = Number(match[1]);
    if (number !== expected) return `line ${number} where line ${expected} was expected`;
    expected += 1;
  }
  return expected === first ? 'there is no line at all' : null;
}
