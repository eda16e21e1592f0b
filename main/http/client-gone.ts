import type { ServerResponse } from 'node:http';
import { LightdeckError } from '../../shared/errors.ts';

/** Aborted when the connection ends before the whole answer was handed to the system. Nobody reads the reason but the log. */
export function clientGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const end = (): void => {
    if (!response.writableFinished) gone.abort(new LightdeckError('busy', 'The client went away'));
  };
  if (response.closed || response.destroyed) end();
  else response.once('close', end);
  return gone.signal;
}
