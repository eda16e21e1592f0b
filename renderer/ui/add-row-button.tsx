import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';

interface AddRowButtonProps {
  label: string;
  onClick: () => void;
  isBusy?: boolean;
}

/** Below rows that are edited: one more of them. */
export function AddRowButton({ label, onClick, isBusy = false }: AddRowButtonProps) {
  return (
    <Group>
      <Button
        variant="default"
        size="compact-sm"
        type="button"
        leftSection={<IconPlus size={14} />}
        loading={isBusy}
        onClick={onClick}
      >
        {label}
      </Button>
    </Group>
  );
}
