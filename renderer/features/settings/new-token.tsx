import {
  Alert,
  Button,
  Checkbox,
  Code,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText } from '../../../shared/error-text.ts';
import { createToken } from '../../../shared/http/tokens.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import {
  grantableScopes,
  presetLabels,
  presetNames,
  presetOf,
  presets,
  scopeLabels,
} from '../../ui/scope-labels.ts';
import { useServerNames } from '../../ui/server-names.ts';
import { strings } from './strings.ts';

/** Makes a token, and shows its secret once. */
export function NewTokenForm({ onMade }: { onMade: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (secret !== null) {
    return (
      <Alert color="indigo" title={strings.shownOnce}>
        <Stack gap="sm" align="flex-start">
          <Group gap="xs">
            <Code data-testid="secret">{secret}</Code>
            <CopyButton text={secret} what={strings.copy.token} />
          </Group>
          <Button size="xs" onClick={() => setSecret(null)}>
            {strings.done}
          </Button>
        </Stack>
      </Alert>
    );
  }
  if (!isOpen) {
    return (
      <Button w="fit-content" onClick={() => setOpen(true)}>
        {strings.make}
      </Button>
    );
  }
  return (
    <TokenForm
      onMade={(token) => {
        setSecret(token);
        setOpen(false);
        onMade();
      }}
    />
  );
}

function TokenForm({ onMade }: { onMade: (token: string) => void }) {
  const [label, setLabel] = useState('');
  const [ttl, setTtl] = useState('7d');
  const [granted, setGranted] = useState<string[]>([]);
  const [servers, setServers] = useState<string[]>([]);
  const known = useServerNames();
  const [isOnce, setOnce] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      api.call(createToken, {
        body: {
          label,
          ttl,
          remove_on_use: isOnce,
          scopes: grantableScopes.filter((scope) => granted.includes(scope)),
          containers: servers.length === 0 ? null : servers,
        },
      }),
    onSuccess: ({ token }) => onMade(token),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (granted.length > 0) make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={480}>
        <TextInput
          label={strings.label}
          description={strings.labelHelp}
          value={label}
          maxLength={128}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Select
          label={strings.lifetime}
          data={Object.entries(strings.lifetimes).map(([value, name]) => ({ value, label: name }))}
          value={ttl}
          onChange={(value) => setTtl(value ?? '7d')}
          allowDeselect={false}
        />
        <ScopeFields granted={granted} onChange={setGranted} />
        <MultiSelect
          label={strings.servers}
          description={strings.serversHelp}
          data={known.map(({ internal_id, name }) => ({ value: internal_id, label: name }))}
          value={servers}
          onChange={setServers}
          searchable
          clearable
        />
        <Checkbox
          label={strings.once}
          checked={isOnce}
          onChange={(event) => setOnce(event.currentTarget.checked)}
        />
        {make.error && <Alert color="red">{hostText(errorText(make.error))}</Alert>}
        {granted.length === 0 && (
          <Text size="sm" className="quiet">
            {strings.chooseScopes}
          </Text>
        )}
        <Button type="submit" w="fit-content" loading={make.isPending} disabled={granted.length === 0}>
          {strings.create}
        </Button>
      </Stack>
    </form>
  );
}

interface ScopeFieldsProps {
  granted: readonly string[];
  onChange: (granted: string[]) => void;
}

/** What is allowed: a usual set by one click, or each right by itself. */
function ScopeFields({ granted, onChange }: ScopeFieldsProps) {
  return (
    <>
      <SegmentedControl
        aria-label={strings.presets}
        data={presetNames.map((value) => ({ value, label: presetLabels[value] }))}
        value={presetOf(granted) ?? ''}
        onChange={(value) => onChange([...presets[presetNames.find((name) => name === value) ?? 'watch']])}
      />
      <Checkbox.Group label={strings.scopes} value={[...granted]} onChange={onChange}>
        <Stack gap={6} mt={6}>
          {grantableScopes.map((scope) => (
            <Checkbox key={scope} value={scope} label={scopeLabels[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </>
  );
}
