import { changeSharing, pairBrowser, readSharing, type SharingView } from '../../shared/http/sharing.ts';
import type { Auth } from '../auth/contract.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import { parseTtl } from '../auth/ttl.ts';
import type { Routes } from '../feature/contract.ts';

/** The host's place in the network. */
export interface SharingSwitch {
  view(): SharingView;
  /** `host` null: this machine alone. Throws LightdeckError `conflict` or `invalid`, with nothing changed. */
  set(request: { host: string | null; announce?: boolean | undefined }): Promise<SharingView>;
}

/** The host's affair: not for tokens that are bound to some servers. */
export function sharingRoutes(
  routes: Routes,
  { auth, sharing }: { auth: Auth; sharing: SharingSwitch },
): void {
  routes.mount(readSharing)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return sharing.view();
  });

  routes.mount(changeSharing)(({ grant, body }) => {
    requireScope(grant, 'system', everyServer);
    return sharing.set({ host: body.enabled ? body.host : null, announce: body.announce });
  });

  routes.mount(pairBrowser)(({ body: { scopes, containers, ttl } }) => {
    const { secret, expiresAt } = auth.sessions.pair({
      scopes,
      containers,
      ttlMs: ttl === null ? null : parseTtl(ttl),
    });
    const served = sharing.view().urls.filter((url) => url.served);
    return {
      token: secret,
      expires_at: new Date(expiresAt).toISOString(),
      urls: served.map((place) => ({ interface: place.interface, url: `${place.url}/#pair=${secret}` })),
    };
  });
}
