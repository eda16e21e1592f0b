import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { type Listeners, listen } from '../host/listen.ts';
import { describePortHolder } from '../host/port-holder.ts';
import { httpServerOptions } from '../http/server-options.ts';
import { hasCode } from '../lib/system-error.ts';

type Wanted = Omit<Parameters<typeof listen>[0], 'serverOptions'>;

/** Listens, or says in words why not: LightdeckError `conflict` for a port that is taken (by whom), else `invalid`. */
export async function openListeners(wanted: Wanted): Promise<Listeners> {
  try {
    return await listen({ ...wanted, serverOptions: httpServerOptions });
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) {
      const holder = await describePortHolder(wanted.port);
      throw new LightdeckError('conflict', `Port ${wanted.port} is taken by ${holder}.`, { cause: error });
    }
    throw new LightdeckError(
      'invalid',
      `Can't listen on ${wanted.host}, port ${wanted.port}: ${errorText(error)}. Choose another address with --host or --port.`,
    );
  }
}
