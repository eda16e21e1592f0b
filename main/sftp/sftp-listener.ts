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
  /** A connection could not be taken; it is closed. */
  onProblem: (error: unknown) => void;
}

/** With the first connection: it is a sixth of the program's text, and most hosts are never asked. */
const loadSsh2 = async () => (await import('ssh2')).default;

/** Listens on all addresses that the settings mean. Rejects with LightdeckError `conflict` or `invalid`, saying what to do. */
export async function listenForSftp(
  settings: SftpSettings,
  { hostKeyPath, onSocket, onProblem }: SftpListenOptions,
): Promise<SftpListener> {
  const key = await loadHostKey(hostKeyPath, async () => (await loadSsh2()).utils);
  const config = { hostKeys: [key.private], algorithms, ident: 'Lightdeck' };
  let closed = false;
  const greet = async (socket: Socket): Promise<void> => {
    // Nobody reads from it yet, so what it says stays where it is.
    socket.on('error', () => {});
    try {
      const ssh2 = await loadSsh2();
      if (closed || socket.destroyed) socket.destroy();
      else onSocket(socket, () => new ssh2.Server(config));
    } catch (error) {
      socket.destroy();
      onProblem(error);
    }
  };
  const create = (): Server => createServer({ noDelay: true }, (socket) => void greet(socket));
  try {
    const { servers, port } = await bindAll({ host: settings.host, port: settings.port, create });
    return {
      port,
      hostKey: key.fingerprint,
      close: () => {
        closed = true;
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
