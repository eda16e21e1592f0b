import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeBackupRules, previewBackupRules, readBackupRules } from '../../../../shared/http/backups.ts';
import type { Backup, KeepRules } from '../../../../shared/model/backup.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { Going, KeepFields, usualRules } from './keep-fields.tsx';
import { strings } from './strings.ts';

const rulesKey = (server: string) => [...liveKey('backups', server), 'rules'];

/** Which backups of a server are kept, and the way to change that. */
export function Keep({ server, backups }: { server: string; backups: readonly Backup[] }) {
  const [isEditing, setEditing] = useState(false);
  const { data } = useQuery({
    queryKey: rulesKey(server),
    queryFn: ({ signal }) => api.call(readBackupRules, { params: { id: server }, signal }),
  });
  if (data === undefined) return null;
  const { rules } = data;
  return (
    <Stack component="section" className="surface" p="md" gap="xs" aria-label={strings.keep}>
      <Title order={2} size="h4">
        {strings.keep}
      </Title>
      <Text size="sm">
        {rules === null
          ? strings.keepAll
          : strings.keepRules(rules.last, rules.daily, rules.weekly, rules.monthly)}
      </Text>
      <Group>
        <Button size="xs" variant="default" onClick={() => setEditing(true)}>
          {strings.change}
        </Button>
      </Group>
      <Modal opened={isEditing} onClose={() => setEditing(false)} title={strings.keepTitle}>
        <KeepForm server={server} backups={backups} rules={rules} onDone={() => setEditing(false)} />
      </Modal>
    </Stack>
  );
}

interface KeepFormProps {
  server: string;
  backups: readonly Backup[];
  rules: KeepRules | null;
  onDone: () => void;
}

function KeepForm({ server, backups, rules, onDone }: KeepFormProps) {
  const [keepsAll, setKeepsAll] = useState(rules === null);
  const [edited, setEdited] = useState(rules ?? usualRules);
  const save = useMutation({
    mutationFn: () =>
      api.call(changeBackupRules, { params: { id: server }, body: { rules: keepsAll ? null : edited } }),
    onSuccess(saved) {
      queryClient.setQueryData(rulesKey(server), saved);
      onDone();
    },
    onError: (error) => showFailure(error),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        <KeepFields rules={edited} keepsAll={keepsAll} onRules={setEdited} onKeepsAll={setKeepsAll} />
        {!keepsAll && <Preview server={server} backups={backups} rules={edited} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Preview({ server, backups, rules }: Omit<KeepFormProps, 'onDone' | 'rules'> & { rules: KeepRules }) {
  const { data } = useQuery({
    queryKey: [...liveKey('backups', server), 'preview', rules],
    queryFn: ({ signal }) =>
      api.call(previewBackupRules, { params: { id: server }, body: { rules }, signal }),
    placeholderData: (before) => before,
  });
  if (data === undefined) return null;
  const going = backups.filter(({ id }) => data.remove.includes(id));
  return <Going going={going} what={strings.wouldDelete(going.length)} />;
}
