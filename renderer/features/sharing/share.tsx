import { Alert, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { changeSharing, type HostUrl, readSharing, type SharingView } from '../../../shared/http/sharing.ts';
import { api } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { showFailure } from '../../ui/show-failure.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { Firewall } from './firewall.tsx';
import { FirstAndOthers } from './first-and-others.tsx';
import { Pairing } from './pairing.tsx';
import { strings } from './strings.ts';

/** How often a host is asked that is about to be announced, in ms. */
const announcingMs = 2000;
const isBeginning = (view: SharingView | undefined): boolean =>
  view?.enabled === true && view.announce && view.announced === false;

/** The switch, what it means, and under which addresses the host is found. */
export function Share() {
  const query = useQuery({
    queryKey: ['sharing'],
    queryFn: ({ signal }) => api.call(readSharing, { signal }),
    // A free name can take longer to find than the answer to the switch waits for.
    refetchInterval: ({ state }) => (isBeginning(state.data) ? announcingMs : false),
  });
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { enabled: boolean; host?: string; announce?: boolean }) =>
      api.call(changeSharing, { body }),
    onSuccess: (view) => client.setQueryData(['sharing'], view),
    onError: (error) => showFailure(error),
  });
  return (
    <Section title={strings.share}>
      {query.error && (
        <QueryTrouble error={query.error} what={strings.see.sharing} onRetry={() => void query.refetch()} />
      )}
      {query.data && (
        <Stack gap="sm">
          <Switch
            label={strings.switch}
            checked={query.data.enabled}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
          />
          {!query.data.enabled && (
            <Text size="sm" className="quiet">
              {strings.off}
            </Text>
          )}
          <Alert color="yellow" p="xs">
            {strings.warning}
          </Alert>
          <PublicWarning view={query.data} />
          {query.data.enabled && (
            <Shared
              view={query.data}
              isBusy={change.isPending}
              onChange={(changes) => change.mutate({ enabled: true, ...changes })}
            />
          )}
          <Firewall port={query.data.port} />
        </Stack>
      )}
    </Section>
  );
}

/** Says which addresses the internet may reach, before and after the switch is thrown. */
function PublicWarning({ view }: { view: SharingView }) {
  const open = view.urls.filter(({ is_public, served }) => is_public && (served || !view.enabled));
  if (open.length === 0) return null;
  const addresses = open.map(({ address }) => address).join(', ');
  return (
    <Alert color="red" p="xs" title={strings.publicTitle}>
      {view.enabled ? strings.publicNow(addresses) : strings.publicThen(addresses)}
    </Alert>
  );
}

function Address({ url }: { url: HostUrl }) {
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere' }}>
          {url.url}
        </Text>
        <CopyButton text={url.url} what={strings.copy.address} />
        <Text size="sm" className="quiet">
          {url.interface}
        </Text>
      </Group>
      {url.is_public && (
        <Text size="sm" c="var(--state-bad)">
          {strings.public}
        </Text>
      )}
    </div>
  );
}

interface SharedProps {
  view: SharingView;
  isBusy: boolean;
  onChange: (changes: { host: string; announce?: boolean }) => void;
}

function Shared({ view, isBusy, onChange }: SharedProps) {
  const { may } = usePermission();
  const host = view.host === '::' ? '0.0.0.0' : view.host;
  const served = view.urls.filter((url) => url.served);
  const choices = [
    { value: '0.0.0.0', label: strings.all },
    ...view.urls.map((url) => ({ value: url.address, label: `${url.interface}: ${url.address}` })),
  ];
  return (
    <Stack gap="sm">
      <Select
        label={strings.which}
        data={choices}
        value={host}
        onChange={(chosen) => chosen && onChange({ host: chosen })}
        allowDeselect={false}
        maw={360}
      />
      <Text size="sm" fw={600}>
        {strings.addresses}
      </Text>
      <FirstAndOthers items={served} render={(url) => <Address key={url.address} url={url} />} />
      <Switch
        label={strings.announce}
        description={strings.announceHelp}
        checked={view.announce}
        disabled={isBusy}
        onChange={(event) => onChange({ host, announce: event.currentTarget.checked })}
      />
      {view.announce && (
        <Text
          size="sm"
          role="status"
          {...(typeof view.announced === 'string' ? { c: 'var(--state-bad)' } : { className: 'quiet' })}
        >
          {typeof view.announced === 'string'
            ? view.announced
            : view.announced
              ? strings.announced
              : strings.announcing}
        </Text>
      )}
      {may('tokens') && <Pairing />}
    </Stack>
  );
}
