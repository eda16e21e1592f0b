import { LightdeckError } from '../../../shared/errors.ts';
import { endSession, listSessions, openSession, renewSession } from '../../../shared/http/sessions.ts';
import { browserWords } from '../../auth/browser-label.ts';
import type { Auth } from '../../auth/contract.ts';
import type { ClientAddress } from '../../lib/client-address.ts';
import type { RouteMounter } from '../route-mounter.ts';

interface Needs {
  auth: Auth;
  /** How many sockets a token has open. */
  socketsOf: (tokenId: string) => number;
  clientAddress: ClientAddress;
}

/** Browsers that a pairing link lets in. */
export function mountSessions(mounter: RouteMounter, { auth, socketsOf, clientAddress }: Needs): void {
  mounter.mount(openSession)(({ raw, grant }) =>
    secretReply(
      auth.sessions.open({
        label: browserWords(raw.headers['user-agent']),
        address: clientAddress(raw),
        by: grant,
      }),
    ),
  );

  mounter.mount(renewSession)(({ grant }) => {
    const renewed = grant.tokenId === null ? null : auth.sessions.renew(grant.tokenId);
    if (!renewed)
      throw new LightdeckError('conflict', 'Only the token of a session can be renewed; make a new one');
    return secretReply(renewed);
  });

  mounter.mount(listSessions)(({ grant }) => ({
    sessions: auth.sessions.list().map((session) => ({
      id: session.id,
      label: session.label,
      address: session.address,
      since: instant(session.created_at),
      last_seen: instant(session.seen_at),
      scopes: session.scopes,
      containers: session.containers,
      ends_at: session.ends_at === null ? null : instant(session.ends_at),
      expires_at: instant(session.expires_at),
      open_sockets: socketsOf(session.id),
      current: grant.tokenId === session.id,
    })),
  }));

  mounter.mount(endSession)(({ params }) => {
    if (!auth.endSession(params.id)) throw new LightdeckError('not_found', 'Session not found');
    return { message: 'Session ended' };
  });
}

const secretReply = ({ secret, id, expiresAt }: { secret: string; id: string; expiresAt: number }) => ({
  token: secret,
  id,
  expires_at: instant(expiresAt),
});
const instant = (ms: number) => new Date(ms).toISOString();
