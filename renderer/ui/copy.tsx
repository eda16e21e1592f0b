import { notifications } from '@mantine/notifications';
import { IconCopy } from '@tabler/icons-react';
import { textsOf } from '../../shared/texts/messages.ts';
import { IconAction } from './icon-action.tsx';
import en from './texts/copy.en.json';

const t = textsOf('ui/copy', en);

/** Puts the text on the clipboard, also where a page on plain http has no clipboard API. False if the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused; `execCommand` may be permitted all the same.
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}

/** Copies and says so. */
export async function copyAndNotify(text: string, what: string, isSecret = false): Promise<void> {
  const copied = await copyText(text);
  const short = isSecret ? '••••' : text.length > 60 ? `${text.slice(0, 60)}…` : text;
  notifications.show({
    message: copied ? t('copied', { what, text: short }) : t('refused', { text: short }),
    color: copied ? 'indigo' : 'red',
  });
}

interface CopyButtonProps {
  text: string;
  what: string;
  /** It isn't shown when it was copied. */
  isSecret?: boolean;
}

export function CopyButton({ text, what, isSecret = false }: CopyButtonProps) {
  const label = t('copy', { what });
  return (
    <IconAction
      label={label}
      size="sm"
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void copyAndNotify(text, what, isSecret);
      }}
    >
      <IconCopy size={14} />
    </IconAction>
  );
}
