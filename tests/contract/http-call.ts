import { request } from 'node:http';
import { z } from 'zod';
import { vendorType } from '../../shared/http/route.ts';

export const master = 'lightd_0123456789abcdef';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: Record<string, unknown>;
}

export interface Call {
  /** The address to ask; default 127.0.0.1. */
  host?: string;
  token?: string | null;
  accept?: string | null;
  /** Content type of the body; null sends none. */
  type?: string | null;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is if it is a string or a Buffer. */
  body?: unknown;
}

const jsonObject = z.record(z.string(), z.unknown());

function payloadOf(body: unknown): string | Buffer | null {
  if (body === undefined) return null;
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

export function send(port: number, method: string, path: string, call: Call = {}): Promise<Reply> {
  const { host = '127.0.0.1' } = call;
  const token = call.token === undefined ? master : call.token;
  const accept = call.accept === undefined ? vendorType : call.accept;
  const payload = payloadOf(call.body);
  const headers: Record<string, string> = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(accept === null ? {} : { accept }),
    ...(payload === null || call.type === null ? {} : { 'content-type': call.type ?? 'application/json' }),
    ...call.headers,
  };
  // Node sends no length by itself with a DELETE.
  if (payload !== null && !headers['transfer-encoding'])
    headers['content-length'] = String(Buffer.byteLength(payload));
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = String(incoming.headers['content-type']).startsWith('application/json') && text !== '';
        const json = isJson ? jsonObject.parse(JSON.parse(text)) : {};
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
