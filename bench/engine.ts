import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';

const callTimeoutMs = 30_000;
const created = z.object({ Id: z.string() });
const inspected = z.object({
  Id: z.string(),
  Config: z.looseObject({}),
  HostConfig: z.looseObject({ NetworkMode: z.string() }),
});
const versions = z.object({ Version: z.string(), ApiVersion: z.string() });
const images = z.array(z.object({ RepoTags: z.array(z.string()).nullable() }));

/** Docker's API over its socket with as little between as can be: what the host is compared with. */
export class Engine {
  private readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** Rejects with the engine's own words if the status is not one of `good` (default: any 2xx, or 304). */
  call(method: string, path: string, body?: unknown): Promise<unknown> {
    const { socketPath } = this;
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    return new Promise((resolve, reject) => {
      const call = request({ socketPath, method, path, headers, timeout: callTimeoutMs }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 400) reject(new Error(`${method} ${path}: ${status} ${text.trim()}`));
          else resolve(text === '' ? null : JSON.parse(text));
        });
      });
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
      call.on('error', reject);
      call.end(payload);
    });
  }

  async version(): Promise<string> {
    const { Version, ApiVersion } = versions.parse(await this.call('GET', '/version'));
    return `${Version} (API ${ApiVersion})`;
  }

  async hasImage(name: string): Promise<boolean> {
    const list = images.parse(await this.call('GET', '/images/json'));
    return list.some(({ RepoTags }) => RepoTags?.includes(name));
  }

  /** A second container with exactly the first one's options, without its labels; not started. Its id. */
  async copy(container: string, name: string): Promise<string> {
    const { Config, HostConfig } = inspected.parse(await this.call('GET', `/containers/${container}/json`));
    const body = { ...Config, Hostname: '', Labels: {}, HostConfig };
    return created.parse(await this.call('POST', `/containers/create?name=${name}`, body)).Id;
  }

  async start(container: string): Promise<void> {
    await this.call('POST', `/containers/${container}/start`);
  }

  /** Kills and removes it; no such container is fine. */
  async remove(container: string): Promise<void> {
    await this.call('DELETE', `/containers/${container}?force=1&v=1`).catch((error: Error) => {
      if (!error.message.includes(': 404 ')) throw error;
    });
  }

  /** No such network is fine. */
  async removeNetwork(name: string): Promise<void> {
    await this.call('DELETE', `/networks/${name}`).catch((error: Error) => {
      if (!error.message.includes(': 404 ')) throw error;
    });
  }

  /** The raw reader: the container's live output as the engine sends it, and its standard input. */
  attach(container: string, onText: (text: Buffer) => void): Promise<RawAttach> {
    const path = `/containers/${container}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    const { socketPath } = this;
    return new Promise((resolve, reject) => {
      const call = request({
        socketPath,
        method: 'POST',
        path,
        headers: { Connection: 'Upgrade', Upgrade: 'tcp' },
      });
      call.on('upgrade', (_response, socket, head) => resolve(new RawAttach(socket, head, onText)));
      call.on('response', (response) => {
        response.resume();
        reject(new Error(`POST ${path}: ${response.statusCode} instead of an upgrade`));
      });
      call.on('error', reject);
      call.end();
    });
  }

  /**
   * What `docker logs --since` prints of a container without a terminal, from `since` (Unix ms) to the log's present end. `onText`
   * says when it has enough. Resolves then, or at the end.
   */
  readLog(container: string, since: number, onText: (text: Buffer) => boolean): Promise<void> {
    const path = `/containers/${container}/logs?stdout=1&stderr=1&since=${(since / 1000).toFixed(3)}`;
    const { socketPath } = this;
    return new Promise((resolve, reject) => {
      const call = request({ socketPath, method: 'GET', path }, (response) => {
        const frames = new FrameReader((text) => {
          if (!onText(text)) return;
          resolve();
          response.destroy();
        });
        response.on('error', () => {});
        response.on('data', (chunk: Buffer) => frames.take(chunk));
        response.on('end', resolve);
      });
      call.on('error', reject);
      call.end();
    });
  }
}

const headerBytes = 8;

/** Takes the engine's frames apart. Text comes in pieces as they arrive, headers removed. */
class FrameReader {
  private readonly onText: (text: Buffer) => void;
  private header: Buffer = Buffer.alloc(0);
  private left = 0;

  constructor(onText: (text: Buffer) => void) {
    this.onText = onText;
  }

  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.left === 0) {
        const part = chunk.subarray(at, at + headerBytes - this.header.length);
        at += part.length;
        this.header = this.header.length === 0 ? part : Buffer.concat([this.header, part]);
        if (this.header.length < headerBytes) return;
        this.left = this.header.readUInt32BE(4);
        this.header = Buffer.alloc(0);
        continue;
      }
      const text = chunk.subarray(at, at + this.left);
      at += text.length;
      this.left -= text.length;
      this.onText(text);
    }
  }
}

/** One attachment to a container without a terminal. */
export class RawAttach {
  private readonly socket: Duplex;

  constructor(socket: Duplex, head: Buffer, onText: (text: Buffer) => void) {
    const frames = new FrameReader(onText);
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => frames.take(chunk));
    if (head.length > 0) frames.take(head);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  close(): void {
    this.socket.destroy();
  }
}
