import { Button, Group, Stack, Switch, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Confirm } from './confirm.tsx';

interface SwitchCardProps {
  name: string;
  /** What it is, below its name. */
  about: ReactNode;
  /** Whether it is on. `label` is for who can't see the card around it. */
  state: { isOn: boolean; label: string; isLocked: boolean; onChange: (isOn: boolean) => void };
  children: ReactNode;
}

/** Something with a name that can be switched on and off. */
export function SwitchCard({ name, about, state, children }: SwitchCardProps) {
  return (
    <Stack className="surface" p="md" gap="sm" role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          {about}
        </Stack>
        <Switch
          aria-label={state.label}
          checked={state.isOn}
          disabled={state.isLocked}
          onChange={(event) => state.onChange(event.currentTarget.checked)}
        />
      </Group>
      {children}
    </Stack>
  );
}

/** A button's text, and what it is called where nobody sees on which card it is. */
interface Named {
  text: string;
  label: string;
}

interface CardButtonsProps {
  /** What comes before the others. */
  first: ReactNode;
  edit: Named & { isLocked?: boolean; onClick: () => void };
  /** Shown below while it is wanted. */
  history: Named & { content: ReactNode };
  /** Asked about first, with `title` and `loses`. Calls `done` when it has ended, however it did. */
  remove: Named & { title: string; loses: string; isBusy: boolean; onRemove: (done: () => void) => void };
}

/** What can be done with a card: to change it, to see what came of it, to remove it. */
export function CardButtons({ first, edit, history, remove }: CardButtonsProps) {
  const [isRemoving, setRemoving] = useState(false);
  const [showsHistory, setShowsHistory] = useState(false);
  return (
    <>
      <Group gap="xs">
        {first}
        <Button
          size="xs"
          variant="default"
          aria-label={edit.label}
          disabled={edit.isLocked === true}
          onClick={edit.onClick}
        >
          {edit.text}
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={history.label}
          aria-expanded={showsHistory}
          onClick={() => setShowsHistory(!showsHistory)}
        >
          {history.text}
        </Button>
        <Button size="xs" variant="default" aria-label={remove.label} onClick={() => setRemoving(true)}>
          {remove.text}
        </Button>
      </Group>
      {showsHistory && history.content}
      <Confirm
        opened={isRemoving}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.onRemove(() => setRemoving(false))}
        title={remove.title}
        action={remove.text}
        isBusy={remove.isBusy}
      >
        {remove.loses}
      </Confirm>
    </>
  );
}
