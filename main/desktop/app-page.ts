import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { pagePolicy } from '../../shared/page-policy.ts';

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

/** The page makes paths of its own (`/servers/a`): those without an ending are the page itself. */
function isPagePath(file: string): boolean {
  return extname(file) === '';
}

/** Answers a request for a file of the page with the headers of a page that trusts nobody; 404 for all others. */
export async function servePage(folder: string, hostUrl: string, address: string): Promise<Response> {
  const file = resolvePage(folder, address);
  const found = file !== null && isPagePath(file) ? join(folder, 'index.html') : file;
  const body = found === null ? null : await readFile(found).catch(() => null);
  const headers = {
    // Itself, and the host on this machine by HTTP and socket.
    'content-security-policy': pagePolicy([hostUrl, hostUrl.replace(/^http/, 'ws')]),
    'x-content-type-options': 'nosniff',
  };
  if (found === null || body === null) return new Response('Not found', { status: 404, headers });
  const type = types[extname(found)] ?? 'application/octet-stream';
  return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': type } });
}
