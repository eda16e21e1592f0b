import { Fieldset, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

/** Forms one below the other, none of which can be used while `isLocked`. `label` names them for those who don't see them. */
export function Lockable({
  isLocked,
  label,
  children,
}: {
  isLocked: boolean;
  label: string;
  children: ReactNode;
}) {
  return (
    <Fieldset
      variant="unstyled"
      disabled={isLocked}
      className="lockable"
      aria-label={label}
      // A fieldset is as wide as its widest content by itself.
      style={{ margin: 0, border: 0, padding: 0, minWidth: 0 }}
    >
      <Stack gap="md">{children}</Stack>
    </Fieldset>
  );
}
