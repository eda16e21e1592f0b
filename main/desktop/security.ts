import { app, type Session, session } from 'electron';
import { appOrigin } from './app-page.ts';

/**
 * Chromium may one day ask before a page reaches the host on this machine; and its copy buttons put plain text on the clipboard, which the page
 * can't read. Everything else is refused.
 */
const allowedPermissions = new Set<string>([
  'local-network-access',
  'loopback-network',
  'clipboard-sanitized-write',
]);

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

/**
 * Chromium's spell checker fetches its dictionaries from Google as soon as there is a session, whatever the windows' preferences say: so it
 * is left without languages, before the event loop gets to that.
 */
function denyDownloads(target: Session): void {
  target.setSpellCheckerLanguages([]);
  target.setSpellCheckerEnabled(false);
}

/** The shell denies by default: no permissions, no other pages, no new windows, no webviews. Once, after the app is ready. */
export function denyByDefault(isOurs: (address: string) => boolean): void {
  denyDownloads(session.defaultSession);
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
