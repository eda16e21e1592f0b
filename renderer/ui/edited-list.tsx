import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Fragment, type ReactNode, useState } from 'react';
import { EmptyState } from './empty-state.tsx';

interface EditedListProps<T> {
  items: readonly T[];
  /** More than so many can't be added. */
  most: number;
  texts: { add: string; none: string; full: string };
  icon: ReactNode;
  /** Where there are none: what they are for. */
  help?: ReactNode;
  card: (item: T, onEdit: () => void) => ReactNode;
  /** In the place of the list; null: for a new one. */
  form: (item: T | null, onDone: () => void) => ReactNode;
}

/** Things that are added and changed in a form that takes the place of their list. */
export function EditedList<T extends { id: string }>(props: EditedListProps<T>) {
  const { items, most, texts, icon, help, card, form } = props;
  const [editing, setEditing] = useState<T | 'new' | null>(null);
  if (editing !== null) return form(editing === 'new' ? null : editing, () => setEditing(null));
  const isFull = items.length >= most;
  const add = (
    <Button leftSection={<IconPlus size={16} />} disabled={isFull} onClick={() => setEditing('new')}>
      {texts.add}
    </Button>
  );
  if (items.length === 0)
    return (
      <EmptyState icon={icon} title={texts.none}>
        {help}
        {add}
      </EmptyState>
    );
  return (
    <>
      <Group>
        {add}
        {isFull && (
          <Text size="sm" className="quiet">
            {texts.full}
          </Text>
        )}
      </Group>
      {items.map((item) => (
        <Fragment key={item.id}>{card(item, () => setEditing(item))}</Fragment>
      ))}
    </>
  );
}
