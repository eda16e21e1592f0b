import { Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../../../ui/confirm.tsx';
import { strings } from '../strings.ts';

const shown = 5;

interface DeleteDialogProps {
  opened: boolean;
  names: readonly string[];
  onClose: () => void;
  /** `permanent`: the trash keeps none of it. */
  onConfirm: (permanent: boolean) => void;
}

/** Names what goes before it does. */
export function DeleteDialog({ opened, names, onClose, onConfirm }: DeleteDialogProps) {
  const [isForGood, setForGood] = useState(false);
  const some = names.slice(0, shown).join(', ');
  const rest = names.length - shown;
  const all = rest > 0 ? strings.andMore(some, rest) : some;
  const close = (): void => {
    setForGood(false);
    onClose();
  };
  return (
    <Confirm
      opened={opened}
      onClose={close}
      onConfirm={() => {
        onConfirm(isForGood);
        close();
      }}
      title={strings.deleteTitle(names.length, names[0] ?? '')}
      action={strings.delete}
    >
      <Stack gap="sm">
        <Text size="sm">{isForGood ? strings.deleteTextForGood(all) : strings.deleteText(all)}</Text>
        <Checkbox
          size="sm"
          label={strings.deleteForGood}
          checked={isForGood}
          onChange={(event) => setForGood(event.currentTarget.checked)}
        />
      </Stack>
    </Confirm>
  );
}
