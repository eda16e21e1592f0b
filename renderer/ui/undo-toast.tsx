import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { textsOf } from '../../shared/texts/messages.ts';
import { showFailure } from './show-failure.ts';
import en from './texts/undo-toast.en.json';

const t = textsOf('ui/undo-toast', en);

/** How long something can be undone by its notification, in ms. */
const offeredMs = 12_000;

interface UndoToast {
  /** What was done. */
  message: string;
  /** Takes it back; what it gives is told. What it rejects with is told, too. */
  undo: () => Promise<string>;
}

/** Tells by a notification that something was done, and offers to take it back. */
export function showUndo({ message, undo }: UndoToast): void {
  const id = `undo-${crypto.randomUUID()}`;
  const take = async (): Promise<void> => {
    notifications.hide(id);
    try {
      notifications.show({ message: await undo() });
    } catch (error) {
      showFailure(error);
    }
  };
  notifications.show({
    id,
    autoClose: offeredMs,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
        <Button size="compact-sm" variant="default" style={{ flexShrink: 0 }} onClick={() => void take()}>
          {t('undo')}
        </Button>
      </Group>
    ),
  });
}
