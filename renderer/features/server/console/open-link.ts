import { notifications } from '@mantine/notifications';
import { desktopApp } from '../../../link/desktop.ts';
import { copyText } from '../../../ui/copy.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { strings } from './strings.ts';

/** Opens an address that a program wrote: beside this page, or from the desktop app in the user's browser, which takes https alone. */
export async function openLink(url: string): Promise<void> {
  const app = desktopApp();
  if (!app) {
    window.open(url, '_blank', 'noopener,noreferrer');
    return;
  }
  try {
    if (await app.openExternal(url)) return;
    const isCopied = await copyText(url);
    notifications.show({ color: 'yellow', message: strings.onlyHttps(url, isCopied) });
  } catch (error) {
    showFailure(error);
  }
}
