import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ArchiveFormat, archiveFormats } from '../../../../shared/http/archives.ts';
import { nameProblem } from './paths.ts';
import { words } from './words.ts';

interface ArchiveDialogProps {
  opened: boolean;
  /** Names in the folder. */
  taken: ReadonlySet<string>;
  suggestion: string;
  onClose: () => void;
  onConfirm: (output: string, format: ArchiveFormat) => void;
}

export function ArchiveDialog({ opened, ...rest }: ArchiveDialogProps) {
  return (
    <Modal opened={opened} onClose={rest.onClose} title={words.archiveTitle}>
      <ArchiveForm {...rest} />
    </Modal>
  );
}

function ArchiveForm({ taken, suggestion, onClose, onConfirm }: Omit<ArchiveDialogProps, 'opened'>) {
  const [name, setName] = useState(suggestion);
  const [format, setFormat] = useState<ArchiveFormat>('zip');
  const problem = nameProblem(name) ?? (taken.has(`${name}.${format}`) ? 'taken' : null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem !== null) return;
    onConfirm(name, format);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={words.archiveName}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem === null ? null : words.nameProblems[problem]}
          data-autofocus
        />
        <Select
          label={words.format}
          data={[...archiveFormats]}
          value={format}
          onChange={(value) => setFormat(archiveFormats.find((one) => one === value) ?? format)}
          allowDeselect={false}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit">{words.archive}</Button>
        </Group>
      </Stack>
    </form>
  );
}
