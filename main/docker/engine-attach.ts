import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { requestOptions } from './engine-http.ts';
import type { EngineTarget } from './engine-target.ts';

/** Longest refusal that is read, in bytes. */
const maxRefusal = 64 * 1024;

export interface AttachmentOptions {
  target: EngineTarget;
  /** Makes the connection; null: one as Node makes it. */
  agent: http.Agent | null;
  /** With the query. */
  path: string;
  signal: AbortSignal;
}

/**
 * Takes over the connection of a POST, for a container's input and output. The request has no body at all: Podman hands what
 * it finds there to the program as its input, where Docker throws it away. Rejects with node's error, or with one that has the
 * engine's `statusCode` and its answer as `json` (see `engineStatus`).
 */
export function openAttachment({ target, agent, path, signal }: AttachmentOptions): Promise<Duplex> {
  const options = requestOptions(target);
  const isSecure = target.kind === 'tcp' && target.tls !== null;
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request({
      ...options,
      method: 'POST',
      path,
      signal,
      agent: agent ?? false,
      headers: { ...options.headers, Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': '0' },
    });
    request.once('error', reject);
    request.once('upgrade', (_response, stream, first) => {
      if (first.length > 0) stream.unshift(first);
      resolve(stream);
    });
    request.once('response', (response) => {
      readRefusal(response).then(reject, reject);
    });
    request.end();
  });
}

/** Of the same form as docker-modem's errors. */
async function readRefusal(response: http.IncomingMessage): Promise<Error> {
  const statusCode = response.statusCode ?? 0;
  // What is attached without an upgrade can only be listened to, and never ends.
  if (statusCode < 300) {
    response.destroy();
    return new Error(`the engine gave no two-way connection (HTTP status ${statusCode})`);
  }
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    if (text.length > maxRefusal) break;
  }
  return Object.assign(new Error(`(HTTP code ${statusCode}) refused - ${text} `), {
    statusCode,
    json: parsed(text),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
