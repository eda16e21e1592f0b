import { notifications } from '@mantine/notifications';
import { textsOf } from '../../shared/texts/messages.ts';
import { desktopApp } from '../link/desktop.ts';
import { copyText } from './copy.tsx';
import { showFailure } from './show-failure.ts';
import en from './texts/open-link.en.json';

const t = textsOf('ui/open-link', en);

const onlyHttps = (url: string, isCopied: boolean) => {
  const short = url.length > 80 ? `${url.slice(0, 80)}…` : url;
  return isCopied ? t('copied', { url: short }) : t('byHand', { url: short });
};

/** Opens an address (a program may have written it): beside this page, or from the desktop app in the user's browser, which takes https alone. */
export async function openLink(url: string): Promise<void> {
  const app = desktopApp();
  if (!app) {
    window.open(url, '_blank', 'noopener,noreferrer');
    return;
  }
  try {
    if (await app.openExternal(url)) return;
    const isCopied = await copyText(url);
    notifications.show({ color: 'yellow', message: onlyHttps(url, isCopied) });
  } catch (error) {
    showFailure(error);
  }
}
