import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { nameProblem } from '../paths.ts';
import { strings } from '../strings.ts';

export type NameRequest = { kind: 'file' } | { kind: 'folder' } | { kind: 'rename'; name: string };

interface NameDialogProps {
  request: NameRequest | null;
  taken: ReadonlySet<string>;
  onClose: () => void;
  onName: (request: NameRequest, name: string) => void;
}

const titleOf = (request: NameRequest): string =>
  request.kind === 'rename'
    ? strings.renameTitle(request.name)
    : request.kind === 'file'
      ? strings.newFile
      : strings.newFolder;

/** Asks for the name of something new, or for a new name. */
export function NameDialog({ request, ...rest }: NameDialogProps) {
  return (
    <Modal opened={request !== null} onClose={rest.onClose} title={request && titleOf(request)}>
      {request && <NameForm request={request} {...rest} />}
    </Modal>
  );
}

function NameForm({ request, taken, onClose, onName }: NameDialogProps & { request: NameRequest }) {
  const before = request.kind === 'rename' ? request.name : '';
  const [name, setName] = useState(before);
  const [isChecked, setChecked] = useState(false);
  const problem = nameProblem(name) ?? (taken.has(name) && name !== before ? 'taken' : null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (problem !== null) return;
    if (name !== before) onName(request, name);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={strings.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isChecked && problem !== null ? strings.nameProblems[problem] : null}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.cancel}
          </Button>
          <Button type="submit">{request.kind === 'rename' ? strings.rename : strings.create}</Button>
        </Group>
      </Stack>
    </form>
  );
}
