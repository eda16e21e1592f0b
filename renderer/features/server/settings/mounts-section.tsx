import { Anchor, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { z } from 'zod';
import { setVolumes } from '../../../../shared/http/container-changes.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import { readSettings } from '../../../../shared/http/settings.ts';
import { api } from '../../../link/api.ts';
import { AddRowButton } from '../../../ui/add-row-button.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { IconAction } from '../../../ui/icon-action.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { changeRow, nextKey, removeRow } from '../../../ui/rows.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { asSeen, freshContainer } from '../use-container.ts';
import { ChooseFolder } from './choose-folder.tsx';
import { Clashes } from './clashes.tsx';
import { insideProblem, type MountRow, mountRows, mountsOf, outsideProblem } from './mounts.ts';
import { renew } from './saving.ts';
import { sectionId } from './sections.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

/** A8: the published words for a folder that may not be mounted, whichever reason. */
const refused = 'Cannot mount to system path';

const rowsOf = ({ mount, read_only_mounts }: Container): MountRow[] => mountRows(mount, read_only_mounts);

/** For a clash. */
const sayMounts = (_field: string, value: unknown): string => {
  const said = z
    .array(z.object({ outside: z.string(), inside: z.string(), isReadOnly: z.boolean() }))
    .parse(value)
    .map(({ outside, inside, isReadOnly }) => strings.mountInWords(outside, inside, isReadOnly));
  return said.length === 0 ? strings.nothing : said.join(', ');
};

/** Folders of the machine that the server sees beside its own. */
export function useMountsSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const [isChecked, setChecked] = useState(false);
  const saved = rowsOf(container);
  const draft = useDraft(
    id,
    'mounts',
    { rows: saved },
    { words: { label: () => strings.mounts, say: sayMounts }, onEdit: () => save.reset() },
  );
  const { rows } = draft.values;
  const save = useMutation({
    mutationFn: () => api.call(setVolumes, { params: { id }, query: asSeen(id), body: mountsOf(rows) }),
    onSettled: () => renew(id),
  });
  const isWrong = rows.some(
    (row) => insideProblem(row, rows) !== null || outsideProblem(row.outside) !== null,
  );
  const discard = (): void => {
    setChecked(false);
    draft.discard();
  };
  const form: SectionForm = {
    name: 'mounts',
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong: isChecked && isWrong,
    isBusy: save.isPending,
    check() {
      setChecked(true);
      return !isWrong;
    },
    isOverrun: async () => draft.isOverrunBy({ rows: rowsOf(await freshContainer(id)) }),
    async save() {
      await save.mutateAsync();
      discard();
      return server.started_at === null ? 'now' : 'restart';
    },
    discard,
  };
  const edit = (next: MountRow[]): void => draft.edit({ rows: next });
  return { form, rows, saved, isChecked, error: save.error, edit };
}

export function MountsSection({ model }: { model: ReturnType<typeof useMountsSection> }) {
  const { form, rows, saved, isChecked, error, edit } = model;
  const { isBound } = usePermission();
  const isRefused = error?.message === refused;
  const wasThere = (row: MountRow): boolean => saved.some(({ outside }) => outside === row.outside);
  const badOutside = (row: MountRow): string | null => {
    if (isRefused && !wasThere(row)) return strings.mountRefused;
    return isChecked ? outsideProblem(row.outside) : null;
  };
  return (
    <Lockable isLocked={isBound} label={strings.mounts}>
      <FormSection
        id={sectionId('mounts')}
        title={strings.mounts}
        help={isBound ? strings.mountsBound : strings.mountsHelp}
        onSave={null}
        error={isRefused ? null : error}
      >
        <Clashes clashes={form.clashes} />
        <AllowedFolders />
        {rows.map((row) => (
          <Mount
            key={row.key}
            row={row}
            badOutside={badOutside(row)}
            badInside={isChecked ? insideProblem(row, rows) : null}
            onChange={(changes) => edit(changeRow(rows, row.key, changes))}
            onRemove={() => edit(removeRow(rows, row.key))}
          />
        ))}
        <AddRowButton
          label={strings.addMount}
          onClick={() => edit([...rows, { key: nextKey(rows), outside: '', inside: '', isReadOnly: true }])}
        />
      </FormSection>
    </Lockable>
  );
}

/** Where folders may come from. Nothing is shown to a token that may not know. */
function AllowedFolders() {
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.call(readSettings, { signal }),
  });
  if (!data) return null;
  const { allowed_mounts: folders } = data.storage;
  return (
    <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
      {folders.length === 0 ? strings.noFolders : strings.folders(folders.join(', '))}{' '}
      <Anchor component={Link} href="/settings" size="sm" underline="always">
        {strings.toSettings}
      </Anchor>
    </Text>
  );
}

interface MountProps {
  row: MountRow;
  badOutside: string | null;
  badInside: string | null;
  onChange: (changes: Partial<MountRow>) => void;
  onRemove: () => void;
}

function Mount({ row, badOutside, badInside, onChange, onRemove }: MountProps) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Stack gap="xs" flex={1} miw={0}>
        <Group gap="xs" align="flex-start">
          <TextInput
            label={strings.outside}
            placeholder="/srv/maps"
            value={row.outside}
            onChange={(event) => onChange({ outside: event.currentTarget.value })}
            error={badOutside}
            spellCheck={false}
            style={{ flex: '1 1 200px' }}
          />
          <ChooseFolder inside={row.inside} onChoose={(outside) => onChange({ outside })} />
          <TextInput
            label={strings.inside}
            placeholder="/maps"
            value={row.inside}
            onChange={(event) => onChange({ inside: event.currentTarget.value })}
            error={badInside}
            spellCheck={false}
            style={{ flex: '1 1 200px' }}
          />
        </Group>
        <Checkbox
          label={strings.readOnlyMount}
          checked={row.isReadOnly}
          onChange={(event) => onChange({ isReadOnly: event.currentTarget.checked })}
        />
      </Stack>
      <IconAction label={strings.removeMount(row.inside)} size="lg" isBesideField onClick={onRemove}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
