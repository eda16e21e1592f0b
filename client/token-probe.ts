import { listContainers } from '../shared/http/containers.ts';
import { errorReply, vendorType } from '../shared/http/route.ts';
import type { Connection } from '../shared/model/connection.ts';

/** What somebody answered who was shown a token. */
export interface TokenAnswer {
  /** Of HTTP. */
  status: number;
  /** Whether it is a Lightdeck at all: an address can be anybody's by now. */
  isLightdeck: boolean;
  /** Why not, in the host's own sentence; null if it told none. */
  error: string | null;
}

/** Shows the token to the host by asking for its servers. Null if nobody answers within `limitMs` (ms). Never rejects. */
export async function probeToken({ url, token }: Connection, limitMs = 5_000): Promise<TokenAnswer | null> {
  try {
    const reply = await fetch(url + listContainers.path, {
      headers: { authorization: `Bearer ${token}`, accept: vendorType },
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    });
    return {
      status: reply.status,
      isLightdeck: reply.headers.has('x-lightdeck'),
      error: reply.ok ? await discard(reply) : await errorIn(reply),
    };
  } catch {
    return null;
  }
}

/**
 * Why this token can't be worked with, in words. Null if it can, and if the host can't be reached or answers anything else: that
 * proves nothing. Never rejects.
 */
export async function tokenRefusal(connection: Connection): Promise<string | null> {
  const status = (await probeToken(connection))?.status;
  if (status === 403)
    return 'This token is not permitted to see the servers (containers.read). Ask the host’s owner for one that is.';
  return status === 401 ? 'The host does not accept this token. Copy it again, or ask for a new one.' : null;
}

async function errorIn(reply: Response): Promise<string | null> {
  const body = errorReply.safeParse(await reply.json().catch(() => null));
  return body.success ? body.data.error : null;
}

/** The list itself is of no interest. */
async function discard(reply: Response): Promise<null> {
  await reply.body?.cancel();
  return null;
}
