import { app, type Session, session } from 'electron';
import { appOrigin } from './app-page.ts';

/** Chromium may one day ask before a page reaches the host on this machine; everything else is refused. */
const allowedPermissions = new Set<string>(['local-network-access', 'loopback-network']);

/** Whether a page of this origin is ours. `devOrigin`: a development server's, null in what users get. */
export const ourPages =
  (devOrigin: string | null) =>
  (address: string): boolean =>
    [appOrigin, ...(devOrigin === null ? [] : [devOrigin])].some(
      (origin) => address === origin || address.startsWith(`${origin}/`),
    );

function denyPermissions(target: Session, isOurs: (address: string) => boolean): void {
  target.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(allowedPermissions.has(permission) && isOurs(details.requestingUrl));
  });
  target.setPermissionCheckHandler((_contents, permission, origin) => {
    return allowedPermissions.has(permission) && isOurs(origin);
  });
}

/** The shell denies by default: no permissions, no other pages, no new windows, no webviews. Once, after the app is ready. */
export function denyByDefault(isOurs: (address: string) => boolean): void {
  denyPermissions(session.defaultSession, isOurs);
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
