import { ActionIcon } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';

interface IconActionProps {
  /** What it does: the tooltip, and its name for those who don't see the icon. */
  label: string;
  onClick: (event: MouseEvent) => void;
  size?: 'sm' | 'md' | 'lg';
  /** For one that stays pressed. */
  pressed?: boolean;
  /** Beside a field with a label above it. */
  isBesideField?: boolean;
  /** The icon. */
  children: ReactNode;
}

/** A quiet button that is an icon. */
export function IconAction(props: IconActionProps) {
  const { label, onClick, size = 'md', pressed, isBesideField = false, children } = props;
  return (
    <ActionIcon
      data-tip={label}
      variant="subtle"
      color="gray"
      size={size}
      aria-label={label}
      onClick={onClick}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(isBesideField ? { mt: 26 } : {})}
    >
      {children}
    </ActionIcon>
  );
}
