import { createServer, type Server, type Socket } from 'node:net';
import type { Algorithms, Server as SshServer } from 'ssh2';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { bindAll } from '../host/bind-all.ts';
import { describePortHolder } from '../host/port-holder.ts';
import { hasCode } from '../lib/system-error.ts';
import { loadHostKey } from './host-key.ts';

export interface SftpSettings {
  enabled: boolean;
  host: string;
  /** 0: a free one. */
  port: number;
}

/**
 * No SHA-1, no CBC, no compression. No Diffie-Hellman over numbers (B5): ssh2 reckons it on the main thread, tens of milliseconds for
 * whoever connects, and every client since 2014 has the curves. AES first: OpenSSL does it in hardware, ChaCha would run in WebAssembly.
 */
const algorithms: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

export interface SftpListener {
  port: number;
  /** Fingerprint of the host's key. */
  hostKey: string;
  /** The address is free at once; open connections are their owner's. */
  close(): void;
}

export interface SftpListenOptions {
  hostKeyPath: string;
  /** `createSsh` makes a server of ssh2 for this one socket, so that it is known whose socket a connection has. */
  onSocket: (socket: Socket, createSsh: () => SshServer) => void;
}

/** Listens on all addresses that the settings mean. Rejects with LightdeckError `conflict` or `invalid`, saying what to do. */
export async function listenForSftp(
  settings: SftpSettings,
  { hostKeyPath, onSocket }: SftpListenOptions,
): Promise<SftpListener> {
  // Loaded here, since not everybody uses it.
  const ssh2 = (await import('ssh2')).default;
  const key = loadHostKey(hostKeyPath, ssh2.utils);
  const config = { hostKeys: [key.private], algorithms, ident: 'Lightdeck' };
  const create = (): Server =>
    createServer({ noDelay: true }, (socket) => onSocket(socket, () => new ssh2.Server(config)));
  try {
    const { servers, port } = await bindAll({ host: settings.host, port: settings.port, create });
    return {
      port,
      hostKey: key.fingerprint,
      close: () => {
        for (const server of servers) server.close();
      },
    };
  } catch (error) {
    throw await listenProblem(settings, error);
  }
}

async function listenProblem({ host, port }: SftpSettings, error: unknown): Promise<LightdeckError> {
  if (hasCode(error, 'EADDRINUSE')) {
    // Read in Settings, right below the field, as well as in a terminal's log.
    const holder = await describePortHolder(port, 'choose another port for SFTP');
    return new LightdeckError('conflict', `The SFTP port ${port} is taken by ${holder}.`);
  }
  const why = errorText(error);
  return new LightdeckError(
    'invalid',
    `SFTP can't listen on ${host}, port ${port}: ${why}. Choose another address or port for SFTP.`,
  );
}
