import http from 'node:http';
import https from 'node:https';
import { withDeadline } from './deadline.ts';
import type { EngineTarget } from './engine-target.ts';

export interface PlainAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Longest answer that is read, in bytes; what comes after is not. */
const maxBody = 256 * 1024;

/**
 * One GET by a connection of its own, without the engine client's 100 ms of loading: for probing and pings, where a
 * kept connection would hide that nobody listens any more. Rejects with node's error, or a DeadlineError.
 */
export function plainGet(
  target: EngineTarget,
  path: string,
  options: { limitMs: number; signal?: AbortSignal | undefined },
): Promise<PlainAnswer> {
  return withDeadline(options.limitMs, options.signal, (signal) => {
    return new Promise<PlainAnswer>((resolve, reject) => {
      const secure = target.kind === 'tcp' && target.tls !== null;
      const request = (secure ? https : http).request({
        ...requestOptions(target),
        path,
        signal,
        agent: false,
      });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const answer = () => {
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxBody) {
            answer();
            response.destroy();
          }
        });
        response.on('end', answer);
        response.on('error', reject);
      });
      request.end();
    });
  });
}

/** Where the target listens, for node:http and node:https. */
export function requestOptions(target: EngineTarget): https.RequestOptions & { headers?: { host: string } } {
  // The Host header of a socket has no meaning, but Go's server refuses a request without one.
  if (target.kind === 'socket') return { socketPath: target.socketPath, headers: { host: 'docker' } };
  const { host, port, tls } = target;
  if (tls === null) return { host, port };
  return {
    host,
    port,
    ca: tls.ca ?? undefined,
    cert: tls.cert ?? undefined,
    key: tls.key ?? undefined,
    rejectUnauthorized: tls.verify,
  };
}
