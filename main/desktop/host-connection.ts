import { probeToken } from '../../client/token-probe.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { readDataOwner } from '../config/data-lock.ts';
import { changeMasterToken, readMasterToken } from '../config/master-token.ts';
import { reloadHost } from '../config/reload-host.ts';
import type { Daemon, DaemonOptions } from '../daemon.ts';
import { pause } from '../lib/pause.ts';
import type { HostConnection } from './contract.ts';

export interface ShownHostOptions extends DaemonOptions {
  /** Loads the host's code, which takes a moment. */
  load: () => Promise<{ startDaemon: (options: DaemonOptions) => Promise<Daemon> }>;
  /** Starts the user's service that is a host, if there is one; whether it did. Never rejects. */
  service?: () => Promise<boolean>;
  /** For how long a host that is only starting is waited for, in ms. */
  patienceMs?: number;
}

const askMs = 3_000;
/** A service was only told to start: its host takes a few seconds to answer, in ms. */
const servicePatienceMs = 20_000;
const stepMs = 250;

/**
 * The host to show. Usually its own one, started here. Where a headless one of the same user already has the data folder, that one:
 * it has the servers, and its token can be read. Rejects with LightdeckError where the folder or the port belongs to somebody else, who
 * is named.
 */
export async function connectOrStartHost(options: ShownHostOptions): Promise<HostConnection> {
  const { dataDir, load, service } = options;
  if (await service?.()) {
    const served = await attach({ ...options, patienceMs: servicePatienceMs });
    if (served) return served;
    options.log.warn({}, 'the service did not answer: the app runs the host itself');
  }
  try {
    const { startDaemon } = await load();
    const daemon = await startDaemon(options);
    return {
      kind: 'own',
      url: daemon.url,
      get token() {
        return daemon.token;
      },
      dataDir,
      resetToken: () => resetToken(dataDir),
      close: () => daemon.close(),
    };
  } catch (error) {
    const attached =
      error instanceof LightdeckError && error.code === 'conflict' ? await attach(options) : null;
    if (attached) return attached;
    throw error;
  }
}

async function attach({ dataDir, patienceMs = 5_000 }: ShownHostOptions): Promise<HostConnection | null> {
  for (let waited = 0; waited <= patienceMs; waited += stepMs) {
    const url = readDataOwner(dataDir)?.url;
    if (url && (await accepts(url, readMasterToken(dataDir)))) return attachedTo(url, dataDir);
    // Its owner may only be starting.
    await pause(stepMs);
  }
  return null;
}

function attachedTo(url: string, dataDir: string): HostConnection {
  return {
    kind: 'attached',
    url,
    // It can be changed while that host runs, and then it is in the file.
    get token() {
      return readMasterToken(dataDir);
    },
    dataDir,
    resetToken: () => resetToken(dataDir),
    close: async () => {},
  };
}

/** B8: as `lightdeck --token reset`. */
async function resetToken(dataDir: string): Promise<string> {
  const old = readMasterToken(dataDir);
  const token = changeMasterToken(dataDir, null);
  const problem = await reloadHost(dataDir, old);
  if (problem !== null) throw new LightdeckError('internal', `The token was replaced, but ${problem}.`);
  return token;
}

/** Whether a Lightdeck that takes this token answers there: an address in a file could be anybody's by now. */
async function accepts(url: string, token: string): Promise<boolean> {
  if (!/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(url)) return false;
  const answer = await probeToken({ url, token }, askMs);
  return answer?.status === 200 && answer.isLightdeck;
}
