import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { nameProblem } from './paths.ts';
import { words } from './strings.ts';

export type NameWish = { kind: 'file' } | { kind: 'folder' } | { kind: 'rename'; name: string };

interface NameDialogProps {
  wish: NameWish | null;
  taken: ReadonlySet<string>;
  onClose: () => void;
  onName: (wish: NameWish, name: string) => void;
}

const titleOf = (wish: NameWish): string =>
  wish.kind === 'rename'
    ? words.renameTitle(wish.name)
    : wish.kind === 'file'
      ? words.newFile
      : words.newFolder;

/** Asks for the name of something new, or for a new name. */
export function NameDialog({ wish, ...rest }: NameDialogProps) {
  return (
    <Modal opened={wish !== null} onClose={rest.onClose} title={wish && titleOf(wish)}>
      {wish && <NameForm wish={wish} {...rest} />}
    </Modal>
  );
}

function NameForm({ wish, taken, onClose, onName }: NameDialogProps & { wish: NameWish }) {
  const before = wish.kind === 'rename' ? wish.name : '';
  const [name, setName] = useState(before);
  const [isChecked, setChecked] = useState(false);
  const problem = nameProblem(name) ?? (taken.has(name) && name !== before ? 'taken' : null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (problem !== null) return;
    if (name !== before) onName(wish, name);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isChecked && problem !== null ? words.nameProblems[problem] : null}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit">{wish.kind === 'rename' ? words.rename : words.create}</Button>
        </Group>
      </Stack>
    </form>
  );
}
