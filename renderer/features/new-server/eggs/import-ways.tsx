import { Alert, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { ApiError } from '../../../../client/http-client.ts';
import { errorText } from '../../../../shared/error-text.ts';
import { fetchEgg } from '../../../../shared/http/eggs.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { Area } from '../fields.tsx';
import { strings } from './strings.ts';
import type { Candidates } from './use-candidates.ts';

/** How an egg comes here: from disk, from an address, as a text. */
export function ImportWays({ candidates }: { candidates: Candidates }) {
  return (
    <Stack gap="lg" maw={720}>
      <FromDisk candidates={candidates} />
      <FromAddress candidates={candidates} />
      <FromText candidates={candidates} />
    </Stack>
  );
}

function FromDisk({ candidates }: { candidates: Candidates }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    candidates.addFiles([...(input.files ?? [])]);
    // So that the same file can be chosen again.
    input.value = '';
  };
  const common = {
    type: 'file',
    multiple: true,
    hidden: true,
    onChange: (event: { currentTarget: HTMLInputElement }) => take(event.currentTarget),
  } as const;
  return (
    <Group gap="sm">
      <input {...common} ref={files} accept=".json,.yaml,.yml" data-testid="egg-files" />
      <input {...common} ref={folder} {...{ webkitdirectory: '' }} />
      <Button leftSection={<IconFile size={16} />} onClick={() => files.current?.click()}>
        {strings.chooseFiles}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFolder size={16} />}
        onClick={() => folder.current?.click()}
      >
        {strings.chooseFolder}
      </Button>
      <Text size="sm" className="quiet">
        {strings.orDrop}
      </Text>
    </Group>
  );
}

function FromAddress({ candidates }: { candidates: Candidates }) {
  const [url, setUrl] = useState('');
  const fetching = useFetchEgg(candidates, () => setUrl(''));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (url.trim() !== '' && !fetching.isPending) fetching.mutate({ url: url.trim(), isAllowed: false });
  };
  return (
    <form onSubmit={submit} aria-label={strings.url}>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <TextInput
          type="url"
          label={strings.url}
          description={strings.urlHelp}
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          style={{ flex: 1 }}
          autoComplete="off"
        />
        <Button type="submit" variant="default" loading={fetching.isPending}>
          {strings.fetch}
        </Button>
      </Group>
      <FetchTrouble fetching={fetching} />
    </form>
  );
}

/** Has the host fetch an egg, and adds it to those that are looked at. */
export function useFetchEgg(candidates: Pick<Candidates, 'addText'>, onDone: () => void) {
  return useMutation({
    mutationFn: ({ url, isAllowed }: { url: string; isAllowed: boolean }) =>
      api.call(fetchEgg, { body: { url, allow_private: isAllowed } }),
    onSuccess({ text, url }) {
      candidates.addText(text, url);
      onDone();
    },
  });
}

/** Why it could not be fetched; where that is for its being in one's own network, one can say that it is meant. */
export function FetchTrouble({ fetching }: { fetching: ReturnType<typeof useFetchEgg> }) {
  const { error, variables } = fetching;
  if (!error) return null;
  const isPrivate = error instanceof ApiError && error.status === 409;
  return (
    <Alert color="red" role="alert" mt="sm">
      <Stack gap="sm">
        <Text size="sm">{hostText(errorText(error))}</Text>
        {isPrivate && variables && (
          <Checkbox
            label={strings.allowPrivate}
            checked={false}
            onChange={() => fetching.mutate({ url: variables.url, isAllowed: true })}
          />
        )}
      </Stack>
    </Alert>
  );
}

function FromText({ candidates }: { candidates: Candidates }) {
  const [text, setText] = useState('');
  return (
    <Area title={strings.paste}>
      <Textarea
        aria-label={strings.paste}
        description={strings.pasteHelp}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={4}
        maxRows={14}
        className="mono"
        spellCheck={false}
      />
      <Group>
        <Button
          variant="default"
          disabled={text.trim() === ''}
          onClick={() => {
            candidates.addText(text, null);
            setText('');
          }}
        >
          {strings.read}
        </Button>
      </Group>
    </Area>
  );
}
