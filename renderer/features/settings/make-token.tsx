import { Alert, Button, Checkbox, Code, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createToken } from '../../../shared/http/tokens.ts';
import { scopeSchema, scopes } from '../../../shared/scopes.ts';
import { api, queryClient } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { scopeWords, words } from './words.ts';

/** Makes a token and shows its secret, this once. */
export function MakeToken() {
  const [label, setLabel] = useState('');
  const [ttl, setTtl] = useState('30d');
  const [chosen, setChosen] = useState<string[]>([]);
  const [isSingle, setSingle] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      api.call(createToken, {
        body: {
          label,
          ttl,
          remove_on_use: isSingle,
          scopes: chosen.length === 0 ? null : chosen.map((scope) => scopeSchema.parse(scope)),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={words.make}>
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <TextInput
            label={words.label}
            description={words.labelHelp}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            maxLength={128}
          />
          <Select
            label={words.lifetime}
            description={' '}
            data={Object.entries(words.lifetimes).map(([value, name]) => ({ value, label: name }))}
            value={ttl}
            onChange={(value) => setTtl(value ?? ttl)}
            allowDeselect={false}
          />
        </Group>
        <MultiSelect
          label={words.scopes}
          placeholder={chosen.length === 0 ? words.all : ''}
          data={scopes.map((scope) => ({ value: scope, label: scopeWords[scope] }))}
          value={chosen}
          onChange={setChosen}
        />
        <Checkbox
          label={words.single}
          checked={isSingle}
          onChange={(event) => setSingle(event.currentTarget.checked)}
        />
        <Group>
          <Button type="submit" variant="default" loading={make.isPending}>
            {words.make}
          </Button>
        </Group>
        {make.error && (
          <Alert color="red" title={words.failed} role="alert">
            {make.error.message}
          </Alert>
        )}
        {make.data && (
          <Alert color="indigo" title={words.made} role="status">
            <Group gap={4}>
              <Code>{make.data.token}</Code>
              <CopyButton text={make.data.token} what="token" />
            </Group>
          </Alert>
        )}
      </Stack>
    </form>
  );
}
