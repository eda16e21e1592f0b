import { app, type Session, session } from 'electron';
import { appOrigin } from './app-page.ts';

/** Chromium may one day ask before a page reaches the host on this machine; everything else is refused. */
const allowedPermissions = new Set<string>(['local-network-access', 'loopback-network']);

function isOurs(address: string): boolean {
  return address === appOrigin || address.startsWith(`${appOrigin}/`);
}

function denyPermissions(target: Session): void {
  target.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(allowedPermissions.has(permission) && isOurs(details.requestingUrl));
  });
  target.setPermissionCheckHandler((_contents, permission, origin) => {
    return allowedPermissions.has(permission) && isOurs(origin);
  });
}

/** The shell denies by default: no permissions, no other pages, no new windows, no webviews. Once, after the app is ready. */
export function denyByDefault(): void {
  denyPermissions(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void; url: string }): void => {
      if (!isOurs(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
