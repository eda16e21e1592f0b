import { Alert, Button, Checkbox, Code, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createToken } from '../../../shared/http/tokens.ts';
import { api } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { grantableScopes, scopeLabels } from '../../ui/scope-labels.ts';
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
            <CopyButton text={secret} what="token" />
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
  const [granted, setGranted] = useState<string[]>([...grantableScopes]);
  const [servers, setServers] = useState('');
  const [isOnce, setOnce] = useState(false);
  const make = useMutation({
    mutationFn: () => {
      const containers = servers.split(/[\s,]+/).filter((id) => id !== '');
      return api.call(createToken, {
        body: {
          label,
          ttl,
          remove_on_use: isOnce,
          scopes: grantableScopes.filter((scope) => granted.includes(scope)),
          containers: containers.length === 0 ? null : containers,
        },
      });
    },
    onSuccess: ({ token }) => onMade(token),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
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
        <Checkbox.Group label={strings.scopes} value={granted} onChange={setGranted}>
          <Stack gap={6} mt={6}>
            {grantableScopes.map((scope) => (
              <Checkbox key={scope} value={scope} label={scopeLabels[scope]} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput
          label={strings.servers}
          description={strings.serversHelp}
          value={servers}
          onChange={(event) => setServers(event.currentTarget.value)}
        />
        <Checkbox
          label={strings.once}
          checked={isOnce}
          onChange={(event) => setOnce(event.currentTarget.checked)}
        />
        {make.error && <Alert color="red">{make.error.message}</Alert>}
        <Button type="submit" w="fit-content" loading={make.isPending}>
          {strings.create}
        </Button>
      </Stack>
    </form>
  );
}
