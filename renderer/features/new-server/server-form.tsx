import { Alert, Anchor, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';
import { ApiError } from '../../../client/http-client.ts';
import { listPorts } from '../../../shared/http/ports.ts';
import { movingTag } from '../../../shared/image-name.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { api, queryClient } from '../../link/api.ts';
import { hostStore } from '../../state/host-store.ts';
import { bytes } from '../../ui/format.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { createServer, FieldProblem } from './create-server.ts';
import type { Draft } from './draft.ts';
import { EnvironmentFields } from './environment-fields.tsx';
import { Area, type SectionProps, TextField } from './fields.tsx';
import { PortFields } from './port-fields.tsx';
import type { PoolInfo } from './ports.ts';
import { ResourceFields } from './resource-fields.tsx';
import { strings } from './strings.ts';
import { useServerDraft } from './use-server-draft.ts';
import { VariableFields } from './variable-fields.tsx';

/** Waits for what the form's first proposals need: the servers and the pool, if the token may see it. */
export function ServerForm({ template }: { template: Template | null }) {
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
  return <Form template={template} info={info} taken={taken} />;
}

interface FormProps {
  template: Template | null;
  info: PoolInfo;
  taken: ReadonlySet<string>;
}

function Form({ template, info, taken }: FormProps) {
  const { draft, change, mistakes, show, check, forget, form } = useServerDraft({ template, info, taken });
  const [, navigate] = useLocation();
  const files = new URLSearchParams(useSearch()).get('files');
  const abandon = useRef(new AbortController());
  useEffect(() => () => abandon.current.abort(), []);
  const create = useMutation({
    mutationFn: () => {
      abandon.current = new AbortController();
      return createServer(draft, template, { info, signal: abandon.current.signal, files });
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!create.isPending && check()) create.mutate();
  };
  const count = Object.keys(mistakes).length;
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="lg" maw={720}>
        {files !== null && <Alert color="blue">{strings.withFiles}</Alert>}
        <Fields draft={draft} change={change} mistakes={mistakes} template={template} info={info} />
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
          <Button variant="default" onClick={cancel}>
            {strings.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Fields(props: SectionProps & { template: Template | null; info: PoolInfo }) {
  const { template, info, ...section } = props;
  return (
    <>
      <Basics {...section} template={template} />
      {template?.eula && <Agreement {...section} eula={template.eula} />}
      {template && template.variables.length > 0 && (
        <VariableFields {...section} variables={template.variables} />
      )}
      {template === null && <EnvironmentFields {...section} />}
      <PortFields {...section} isFree={template === null} info={info} />
      <ResourceFields {...section} template={template} />
      <AdvancedFields {...section} template={template} />
    </>
  );
}

function Refusal({ error }: { error: Error }) {
  const isForbidden = error instanceof ApiError && error.status === 403;
  return (
    <Alert color="red" title={strings.failed} role="alert">
      {isForbidden ? strings.notPermitted : error.message}
    </Alert>
  );
}

function Basics(props: SectionProps & { template: Template | null }) {
  const { change, draft, mistakes, template } = props;
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
      {template === null && (
        <>
          <TextField
            {...props}
            field="image"
            label={strings.image}
            description={strings.imageHelp}
            required
          />
          <TextField
            {...props}
            field="startup"
            label={strings.startup}
            description={strings.startupHelp}
            lines={3}
            required
          />
        </>
      )}
    </Area>
  );
}

function Agreement({
  draft,
  change,
  mistakes,
  eula,
}: SectionProps & { eula: NonNullable<Template['eula']> }) {
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
    </Area>
  );
}

function Summary({ draft }: { draft: Draft }): ReactNode {
  const ports = draft.ports.map(({ host }) => host ?? '?').join(', ');
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
