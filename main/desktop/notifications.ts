import type { Notification } from 'electron';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { NewsKind, NotificationEvent } from './contract.ts';
import { isProblem } from './notification-event.ts';
import { sanitizeLine } from './sanitize-line.ts';
import { strings } from './shell-strings.ts';

/** What is shown of a piece of news. */
export interface Notice {
  title: string;
  body: string;
  /** On Linux: a critical one stays on the screen until it is looked at. */
  urgency: 'normal' | 'critical';
}

/** What a notification needs of Electron's. `onGone`: nobody sees it any more. */
export interface NoticeLike {
  onClick(listener: () => void): void;
  onGone(listener: () => void): void;
  show(): void;
  close(): void;
}

export interface NotifierOptions {
  make: (notice: Notice) => NoticeLike;
  /** Asked for each piece of news. */
  level: () => Preferences['notifications'];
  /** Whether the user looks at that server now: then nothing is shown. */
  isLookedAt: (serverId: string) => boolean;
  /** A notification was clicked: shows the window at that path. */
  open: (path: string) => void;
}

export interface Notifier {
  tell(news: NotificationEvent): void;
  /** Takes all that are shown back. */
  close(): void;
}

/** Notifications that are kept at a time; the oldest is taken back for a newer one. */
export const maxNotices = 12;
/** Characters. */
const maxTitle = 100;
const maxBody = 300;

/** Whether news is to be told at that level. Pure. */
export function isWanted(kind: NewsKind, level: Preferences['notifications']): boolean {
  return level === 'all' || (level === 'problems' && isProblem(kind));
}

/** Makes native notifications of news, one for each server at a time: the newest says how things are. */
export function openNotifier({ make, level, isLookedAt, open }: NotifierOptions): Notifier {
  // Also keeps them from being collected, after which a click would be lost.
  const shown = new Map<string, NoticeLike>();
  const takeBack = (serverId: string): void => {
    const notice = shown.get(serverId);
    shown.delete(serverId);
    notice?.close();
  };
  return {
    tell: (news) => {
      const { kind, serverId, serverName, text } = news;
      if (!isWanted(kind, level()) || isLookedAt(serverId)) return;
      takeBack(serverId);
      for (const oldest of [...shown.keys()].slice(0, Math.max(0, shown.size - maxNotices + 1)))
        takeBack(oldest);
      const notice = make({
        title: sanitizeLine(strings.newsTitle[kind](serverName), maxTitle),
        body: sanitizeLine(text, maxBody),
        // What is over already needs nobody.
        urgency: isProblem(kind) && kind !== 'recovered' ? 'critical' : 'normal',
      });
      const forget = (): void => {
        if (shown.get(serverId) === notice) shown.delete(serverId);
      };
      notice.onGone(forget);
      notice.onClick(() => {
        forget();
        open(`/servers/${serverId}`);
      });
      shown.set(serverId, notice);
      notice.show();
    },
    close: () => {
      for (const serverId of [...shown.keys()]) takeBack(serverId);
    },
  };
}

/** Electron's own notification as `openNotifier` wants it; nothing is shown where the system has none. */
export function electronNotice(NotificationClass: typeof Notification, notice: Notice): NoticeLike {
  const own = new NotificationClass(notice);
  return {
    onClick: (listener) => void own.on('click', listener),
    onGone: (listener) => {
      own.on('close', listener);
      own.on('failed', listener);
    },
    show: () => {
      if (NotificationClass.isSupported()) own.show();
    },
    close: () => own.close(),
  };
}
