import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** Our page's scheme and origin: not http, so no other page can pretend to be it, and not file, so it can read no files. */
export const appScheme = 'app';
export const appOrigin = `${appScheme}://local`;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What the page may load and where it may connect to: itself, and the host's socket on this machine. */
export function contentSecurityPolicy(hostUrl: string): string {
  const socket = hostUrl.replace(/^http/, 'ws');
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${socket}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The file that an app:// address means, or null for another host and for anything outside the folder. */
export function resolvePage(folder: string, address: string): string | null {
  const { origin, host, protocol, pathname } = new URL(address);
  if (origin !== appOrigin && `${protocol}//${host}` !== appOrigin) return null;
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(folder + sep) ? file : null;
}

/** Answers a request for a file of the page with the headers of a page that trusts nobody; 404 for all others. */
export async function servePage(folder: string, hostUrl: string, address: string): Promise<Response> {
  const file = resolvePage(folder, address);
  const body = file === null ? null : await readFile(file).catch(() => null);
  const headers = {
    'content-security-policy': contentSecurityPolicy(hostUrl),
    'x-content-type-options': 'nosniff',
  };
  if (file === null || body === null) return new Response('Not found', { status: 404, headers });
  const type = types[extname(file)] ?? 'application/octet-stream';
  return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': type } });
}
