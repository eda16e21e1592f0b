import { Alert, Anchor, Button, Checkbox, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';
import { ApiError } from '../../../client/http-client.ts';
import { errorText } from '../../../shared/error-text.ts';
import { listPorts } from '../../../shared/http/ports.ts';
import { movingTag } from '../../../shared/image-name.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../link/api.ts';
import { hostStore } from '../../state/host-store.ts';
import { bytes } from '../../ui/format.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { createServer, FieldProblem } from './create-server.ts';
import type { Draft } from './draft.ts';
import { EnvironmentFields } from './environment-fields.tsx';
import { Area, type SectionProps, TextField } from './fields.tsx';
import { PortFields } from './port-fields.tsx';
import type { PoolInfo } from './ports.ts';
import type { Recipe } from './recipe.ts';
import { ResourceFields } from './resource-fields.tsx';
import { strings } from './strings.ts';
import { useServerDraft } from './use-server-draft.ts';
import { VariableFields } from './variable-fields.tsx';

/** Waits for what the form's first proposals need: the servers and the pool, if the token may see it. */
export function ServerForm({ recipe }: { recipe: Recipe }) {
  const servers = useStore(hostStore.store, (view) => view.servers);
  const pool = useQuery({
    queryKey: ['ports'],
    queryFn: ({ signal }) => api.call(listPorts, { signal }),
    retry: false,
  });
  // Asked once is enough: a form that was shown stays, with what is typed and what was refused, whatever becomes of the pool.
  if (servers === null || !pool.isFetched) return null;
  const info: PoolInfo = {
    pool: pool.data?.ports ?? null,
    nameOf: (id) => servers.find(({ internal_id }) => internal_id === id)?.name ?? id,
  };
  const taken = new Set(servers.map(({ internal_id }) => internal_id));
  return <Form recipe={recipe} info={info} taken={taken} />;
}

interface FormProps {
  recipe: Recipe;
  info: PoolInfo;
  taken: ReadonlySet<string>;
}

function Form({ recipe, info, taken }: FormProps) {
  const { draft, change, mistakes, show, check, forget, form } = useServerDraft({ recipe, info, taken });
  const { may } = usePermission();
  const [, navigate] = useLocation();
  const files = new URLSearchParams(useSearch()).get('files');
  const abandon = useRef(new AbortController());
  useEffect(() => () => abandon.current.abort(), []);
  const create = useMutation({
    mutationFn: (start: boolean) => {
      abandon.current = new AbortController();
      return createServer(draft, recipe, { info, signal: abandon.current.signal, files, start });
    },
    onSuccess: (id) => {
      forget();
      void queryClient.invalidateQueries({ queryKey: ['deleted'] });
      if (!abandon.current.signal.aborted) navigate(`/servers/${id}`);
    },
    onError: (error) => {
      if (error instanceof FieldProblem) show({ [error.field]: error.message });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['ports'] }),
  });
  const cancel = (): void => {
    abandon.current.abort();
    forget();
    navigate('/new');
  };
  const make = (start: boolean): void => {
    if (!create.isPending && check()) create.mutate(start);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make(false);
  };
  const count = Object.keys(mistakes).length;
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="lg" maw={720}>
        {files !== null && <Alert color="blue">{strings.withFiles}</Alert>}
        <Fields draft={draft} change={change} mistakes={mistakes} recipe={recipe} info={info} />
        <Summary draft={draft} />
        {count > 0 && (
          <Text role="alert" c="var(--state-bad)">
            {strings.mistakes(count)}
          </Text>
        )}
        {create.error && !(create.error instanceof FieldProblem) && <Refusal error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {strings.create}
          </Button>
          {may('power') && (
            <Button variant="light" loading={create.isPending} onClick={() => make(true)}>
              {strings.createAndStart}
            </Button>
          )}
          <Button variant="default" onClick={cancel}>
            {strings.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Fields(props: SectionProps & { recipe: Recipe; info: PoolInfo }) {
  const { recipe, info, ...section } = props;
  const { eula, kind, variables } = recipe;
  return (
    <>
      <Basics {...section} recipe={recipe} />
      {eula && <Agreement {...section} eula={eula} />}
      <VariableFields {...section} variables={variables} />
      {kind === 'image' && <EnvironmentFields {...section} />}
      <PortFields {...section} isFree={kind === 'image'} info={info} variables={variables} />
      <ResourceFields {...section} advice={recipe.memory} />
      <AdvancedFields {...section} recipe={recipe} />
    </>
  );
}

function Refusal({ error }: { error: Error }) {
  const isForbidden = error instanceof ApiError && error.status === 403;
  return (
    <Alert color="red" title={strings.failed} role="alert">
      {isForbidden ? strings.notPermitted : hostText(errorText(error))}
    </Alert>
  );
}

function Basics(props: SectionProps & { recipe: Recipe }) {
  const { change, draft, mistakes, recipe } = props;
  return (
    <Area title={strings.basics}>
      <TextField {...props} field="name" label={strings.name} description={strings.nameHelp} required />
      <TextField
        label={strings.id}
        description={strings.idHelp}
        required
        draft={draft}
        mistakes={mistakes}
        field="id"
        change={(changes) => change({ ...changes, idFollows: false })}
      />
      {recipe.kind === 'image' && <ImageFields {...props} />}
      <Choices {...props} />
    </Area>
  );
}

/** Any image: what is known of it is what is typed. */
function ImageFields(props: SectionProps) {
  return (
    <>
      <TextField {...props} field="image" label={strings.image} description={strings.imageHelp} required />
      <TextField
        {...props}
        field="startup"
        label={strings.startup}
        description={strings.ownStartupHelp}
        lines={2}
      />
    </>
  );
}

/** Where a recipe has several images or start commands. */
function Choices({ recipe, draft, change }: SectionProps & { recipe: Recipe }) {
  const { images, startups } = recipe;
  const known = startups.find(({ command }) => command === draft.startup);
  return (
    <>
      {images.length > 1 && (
        <Select
          label={strings.image}
          description={strings.imageChoice}
          data={images.map(({ name, image }) => ({
            value: image,
            label: name === image ? image : `${name} (${image})`,
          }))}
          value={draft.image}
          onChange={(image) => image !== null && change({ image })}
          allowDeselect={false}
        />
      )}
      {startups.length > 1 && (
        <Select
          label={strings.startupChoice}
          data={startups.map(({ name }) => name)}
          value={known?.name ?? null}
          onChange={(chosen) => {
            const startup = startups.find(({ name }) => name === chosen);
            if (startup) change({ startup: startup.command });
          }}
          allowDeselect={false}
        />
      )}
    </>
  );
}

function Agreement({ draft, change, mistakes, eula }: SectionProps & { eula: NonNullable<Recipe['eula']> }) {
  return (
    <Area title={strings.agreement}>
      <Checkbox
        label={eula.label}
        checked={draft.hasAgreed}
        onChange={(event) => change({ hasAgreed: event.currentTarget.checked })}
        error={mistakes.hasAgreed}
        aria-invalid={mistakes.hasAgreed !== undefined}
      />
      <Anchor href={eula.url} target="_blank" rel="noopener noreferrer" size="sm">
        {strings.readIt}
      </Anchor>
      {eula.variable === null && !draft.hasAgreed && (
        <Text size="sm" className="quiet">
          {strings.agreeLater}
        </Text>
      )}
    </Area>
  );
}

function Summary({ draft }: { draft: Draft }): ReactNode {
  const ports = [...new Set(draft.ports.map(({ host }) => host ?? '?'))].join(', ');
  const image = draft.image.trim();
  const tag = image === '' ? null : movingTag(image);
  return (
    <Stack gap={4} className="surface" p="md">
      <Title order={2} size="h5">
        {strings.summary}
      </Title>
      <Text size="sm">
        {strings.summaryText({
          name: draft.name || '…',
          image: draft.image || '…',
          memory: draft.memory === null ? strings.anyMemory : bytes(draft.memory * 1024 * 1024),
          ports: ports === '' ? strings.noPorts : ports,
        })}
      </Text>
      {tag !== null && (
        <Text size="sm" className="quiet">
          {strings.moving(tag)}
        </Text>
      )}
    </Stack>
  );
}
