import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on this machine with a certificate of its own for `eggs.example`. It must be closed. */
export async function httpsServer(
  listener: RequestListener,
): Promise<{ port: number; ca: string; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'https-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const about = ['-days', '2', '-subj', '/CN=eggs.example', '-addext', 'subjectAltName=DNS:eggs.example'];
  try {
    execFileSync('openssl', [...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const ca = readFileSync(cert, 'utf8');
    const server = createServer({ key: readFileSync(key), cert: ca }, listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const close = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { port: typeof address === 'object' && address ? address.port : 0, ca, close };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
