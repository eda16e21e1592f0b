import { Alert, Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../../../../client/http-client.ts';
import { errorText } from '../../../../shared/error-text.ts';
import {
  type ConfigFile,
  changeConfigFile,
  type ReadConfigFile,
  readConfigFile,
} from '../../../../shared/http/config-files.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ConfigSetting } from '../../../../shared/model/config-setting.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { toAddress } from '../files/paths.ts';
import { managedBy } from './files-of.ts';
import { SettingField } from './setting-field.tsx';
import { strings } from './strings.ts';

/** Most settings that are shown at once; the others are found by typing. */
const maxShown = 200;

interface FileFormProps {
  server: string;
  container: Container;
  file: ConfigFile;
}

/** One file as a form. What is typed stays whatever becomes of the file. */
export function FileForm(props: FileFormProps) {
  const { container, file } = props;
  const queryKey = ['config-file', container.volume_id, file.path, file.parser];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api.call(readConfigFile, {
        params: { id: container.volume_id },
        query: { path: file.path, parser: file.parser },
        signal,
      }),
    staleTime: 0,
  });
  return (
    <>
      <Loaded query={query} what={strings.what}>
        {(read) => (
          <Form
            {...props}
            read={read}
            onRead={(next) => queryClient.setQueryData(queryKey, next)}
            onAgain={() => void query.refetch()}
          />
        )}
      </Loaded>
      {query.error && <AsText server={props.server} path={file.path} />}
    </>
  );
}

const AsText = ({ server, path }: { server: string; path: string }) => (
  <Anchor component={Link} href={`/servers/${server}/files/${toAddress(path)}?edit`} size="sm">
    {strings.asText}
  </Anchor>
);

interface FormProps extends FileFormProps {
  read: ReadConfigFile;
  onRead: (next: ReadConfigFile) => void;
  onAgain: () => void;
}

function Form({ server, container, file, read, onRead, onAgain }: FormProps) {
  const { may, isKnown } = usePermission();
  const mayChange = may('files.write', server);
  const [edited, setEdited] = useState<ReadonlyMap<string, string>>(new Map());
  const [text, setText] = useState('');
  const changes = read.settings.flatMap(({ match, value }) => {
    const next = edited.get(match);
    return next === undefined || next === value ? [] : [{ match, value: next }];
  });
  const save = useMutation({
    mutationFn: () =>
      api.call(changeConfigFile, {
        params: { id: container.volume_id },
        body: { path: file.path, parser: file.parser, revision: read.revision, changes },
      }),
    onSuccess(next) {
      setEdited(new Map());
      onRead(next);
      notifications.show({ message: strings.saved });
    },
  });
  const isManaged = managedBy(file, container);
  const found = read.settings.filter((setting) => matches(setting, text));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (changes.length > 0 && !save.isPending) save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={file.path} className="surface" noValidate>
      <Stack p="md" gap="md">
        <Head server={server} path={file.path} text={text} onText={setText} />
        {isKnown && !mayChange && <Alert color="gray">{strings.readOnly}</Alert>}
        {read.settings.length === 0 && <Text className="quiet">{strings.empty}</Text>}
        {read.settings.length > 0 && found.length === 0 && (
          <Text className="quiet">{strings.noneFound(text)}</Text>
        )}
        <Lockable isLocked={!mayChange} label={file.path}>
          {found.slice(0, maxShown).map((setting) => (
            <SettingField
              key={setting.match}
              setting={setting}
              value={edited.get(setting.match) ?? setting.value}
              isManaged={isManaged(setting)}
              onChange={(value) => {
                save.reset();
                setEdited(new Map([...edited, [setting.match, value]]));
              }}
            />
          ))}
        </Lockable>
        <NotShown hidden={found.length - maxShown} leftOut={read.left_out} />
        {save.error && (
          <Trouble
            error={save.error}
            onAgain={() => {
              save.reset();
              onAgain();
            }}
          />
        )}
        {mayChange && (
          <Group gap="sm" className="save-bar">
            <Button type="submit" disabled={changes.length === 0} loading={save.isPending}>
              {strings.save(changes.length)}
            </Button>
            {changes.length > 0 && (
              <Button variant="default" onClick={() => setEdited(new Map())}>
                {strings.revert}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </form>
  );
}

interface HeadProps {
  server: string;
  path: string;
  text: string;
  onText: (text: string) => void;
}

function Head({ server, path, text, onText }: HeadProps) {
  return (
    <Group justify="space-between" gap="sm">
      <TextInput
        type="search"
        aria-label={strings.search}
        placeholder={strings.search}
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        style={{ flex: 1, minWidth: 200 }}
        maw={420}
      />
      <AsText server={server} path={path} />
    </Group>
  );
}

/** What of the file isn't in the form. */
function NotShown({ hidden, leftOut }: { hidden: number; leftOut: number }) {
  return (
    <>
      {hidden > 0 && (
        <Text size="sm" className="quiet">
          {strings.more(hidden)}
        </Text>
      )}
      {leftOut > 0 && (
        <Text size="sm" className="quiet">
          {strings.leftOut(leftOut)}
        </Text>
      )}
    </>
  );
}

/** Why it was not saved; where the file has changed, it can be read again. */
function Trouble({ error, onAgain }: { error: Error; onAgain: () => void }) {
  const isStale = error instanceof ApiError && error.status === 409;
  return (
    <Alert color="red" role="alert" title={strings.notSaved}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{isStale ? strings.changedMeanwhile : hostText(errorText(error))}</Text>
        {isStale && (
          <Button variant="default" size="compact-sm" onClick={onAgain}>
            {strings.readAgain}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function matches({ match, help, value }: ConfigSetting, text: string): boolean {
  // People write a name as they remember it: `max players` for `max-players` and `MaxPlayers`.
  const plain = (words: string): string => words.toLowerCase().replace(/[-_.\s]+/g, '');
  const where = plain(`${match} ${help} ${value}`);
  return text.split(/\s+/).every((word) => where.includes(plain(word)));
}
