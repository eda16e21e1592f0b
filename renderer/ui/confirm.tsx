import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/confirm.en.json';

const t = textsOf('ui/confirm', en);

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What is lost. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  /** What must be typed before it goes. */
  typeToConfirm?: string;
  isBusy?: boolean;
}

/** Asked before harm: names what is lost, and for the worst wants it typed. */
export function Confirm(props: ConfirmProps) {
  const { opened, onClose, title, children } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack gap="md">
        {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
        <ConfirmForm {...props} />
      </Stack>
    </Modal>
  );
}

function ConfirmForm({ onClose, onConfirm, action, typeToConfirm, isBusy = false }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const isReady = typeToConfirm === undefined || typed === typeToConfirm;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) onConfirm();
      }}
    >
      <Stack gap="md">
        {typeToConfirm !== undefined && (
          <TextInput
            label={t('type', { text: typeToConfirm })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button
            variant="default"
            onClick={onClose}
            data-autofocus={typeToConfirm === undefined || undefined}
          >
            {t('cancel')}
          </Button>
          <Button type="submit" color="red" disabled={!isReady} loading={isBusy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
