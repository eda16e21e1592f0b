import {
  Button,
  Checkbox,
  Code,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { addCopyTarget, lookAtCopyServer } from '../../../../shared/http/backup-copies.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKeys } from '../../../state/live-key.ts';
import { copyStrings } from './copy-strings.ts';

const empty = {
  name: '',
  host: '',
  port: 22,
  username: '',
  folder: 'lightdeck',
  how: 'password' as 'password' | 'key',
  password: '',
  key: '',
  passphrase: '',
  automatic: true,
};
type Draft = typeof empty;

const bodyOf = (draft: Draft, fingerprint: string) => {
  const { host, port, name, username, folder, how, password, key, passphrase, automatic } = draft;
  return {
    host: host.trim(),
    port,
    name: name.trim() || host.trim().slice(0, 64),
    username,
    folder,
    automatic,
    fingerprint,
    ...(how === 'password' ? { password } : { private_key: key, ...(passphrase !== '' && { passphrase }) }),
  };
};

/** Adds an SFTP server for copies: its key is shown and confirmed before anything logs in there. */
export function TargetDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={copyStrings.addTitle}>
      <TargetForm onDone={onClose} />
    </Modal>
  );
}

function TargetForm({ onDone }: { onDone: () => void }) {
  const [draft, setDraft] = useState<Draft>(empty);
  const { host, port, username, folder, how, password, key, automatic } = draft;
  const look = useMutation({
    mutationFn: () => api.call(lookAtCopyServer, { body: { host: host.trim(), port } }),
  });
  const [isRight, setRight] = useState(false);
  const change = (more: Partial<Draft>): void => {
    // Another server has another key.
    if (more.host !== undefined || more.port !== undefined) {
      look.reset();
      setRight(false);
    }
    setDraft({ ...draft, ...more });
  };
  const add = useMutation({
    mutationFn: (fingerprint: string) => api.call(addCopyTarget, { body: bodyOf(draft, fingerprint) }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: [...liveKeys, 'backups'] });
      onDone();
    },
  });
  const fingerprint = look.data?.fingerprint;
  const secret = how === 'password' ? password : key;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fingerprint === undefined) {
          if (!look.isPending) look.mutate();
        } else if (isRight && !add.isPending) add.mutate(fingerprint);
      }}
    >
      <Stack gap="md">
        <Place draft={draft} onChange={change} />
        <Login draft={draft} onChange={change} />
        <Checkbox
          label={copyStrings.automatic}
          checked={automatic}
          onChange={(event) => change({ automatic: event.currentTarget.checked })}
        />
        {fingerprint !== undefined && <Key fingerprint={fingerprint} isRight={isRight} onRight={setRight} />}
        {(look.error ?? add.error) && (
          <Text size="sm" c="var(--state-bad)" role="alert" style={{ overflowWrap: 'anywhere' }}>
            {hostText((look.error ?? add.error)?.message ?? '')}
          </Text>
        )}
        <Group justify="flex-end">
          {fingerprint === undefined ? (
            <Button type="submit" loading={look.isPending} disabled={host.trim() === ''}>
              {copyStrings.look}
            </Button>
          ) : (
            <Button
              type="submit"
              loading={add.isPending}
              disabled={!isRight || username === '' || secret === '' || folder === ''}
            >
              {copyStrings.save}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** What the server shows, to be confirmed by somebody who knows. */
function Key({
  fingerprint,
  isRight,
  onRight,
}: {
  fingerprint: string;
  isRight: boolean;
  onRight: (isRight: boolean) => void;
}) {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{copyStrings.seen}</Text>
      <Code style={{ overflowWrap: 'anywhere' }}>{fingerprint}</Code>
      <Checkbox
        label={copyStrings.right}
        checked={isRight}
        onChange={(event) => onRight(event.currentTarget.checked)}
      />
    </Stack>
  );
}

interface FieldsProps {
  draft: Draft;
  onChange: (more: Partial<Draft>) => void;
}

function Place({ draft, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label={copyStrings.name}
        description={copyStrings.nameHelp}
        maxLength={64}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        data-autofocus
      />
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput
          label={copyStrings.host}
          style={{ flex: 1 }}
          maxLength={255}
          placeholder={copyStrings.hostHelp}
          value={draft.host}
          onChange={(event) => onChange({ host: event.currentTarget.value })}
        />
        <NumberInput
          label={copyStrings.port}
          w={90}
          min={1}
          max={65_535}
          clampBehavior="strict"
          allowDecimal={false}
          hideControls
          value={draft.port}
          onChange={(value) => onChange({ port: typeof value === 'number' ? value : 22 })}
        />
      </Group>
      <TextInput
        label={copyStrings.folder}
        description={copyStrings.folderHelp}
        maxLength={1024}
        value={draft.folder}
        onChange={(event) => onChange({ folder: event.currentTarget.value })}
      />
    </>
  );
}

function Login({ draft, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label={copyStrings.user}
        maxLength={128}
        autoComplete="off"
        value={draft.username}
        onChange={(event) => onChange({ username: event.currentTarget.value })}
      />
      <SegmentedControl
        aria-label={copyStrings.how}
        value={draft.how}
        onChange={(how) => onChange({ how: how === 'key' ? 'key' : 'password' })}
        data={[
          { value: 'password', label: copyStrings.password },
          { value: 'key', label: copyStrings.key },
        ]}
      />
      {draft.how === 'password' ? (
        <PasswordInput
          label={copyStrings.password}
          autoComplete="off"
          maxLength={1024}
          value={draft.password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
        />
      ) : (
        <>
          <Textarea
            label={copyStrings.key}
            description={copyStrings.keyHelp}
            autosize
            minRows={3}
            maxRows={6}
            maxLength={16_384}
            value={draft.key}
            onChange={(event) => onChange({ key: event.currentTarget.value })}
          />
          <PasswordInput
            label={copyStrings.passphrase}
            description={copyStrings.passphraseHelp}
            autoComplete="off"
            maxLength={1024}
            value={draft.passphrase}
            onChange={(event) => onChange({ passphrase: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
