import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import './crashes.css';
import type { ShownCrash } from '../../../../shared/model/crash.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { StateMark, stateAppearances } from '../../../ui/state-badge.tsx';
import { useCrashes } from '../../../ui/use-crashes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { CrashBody } from './crash-body.tsx';
import { CrashButtons } from './crash-buttons.tsx';
import { strings } from './strings.ts';

/** Why the server ended last, whatever it does since, until somebody lays that aside. An install that failed stays as long as it is failed. */
export default function CrashCard({ server }: { server: ServerSummary }) {
  const { internal_id: id } = server;
  const { may } = usePermission();
  const { data } = useCrashes(id, may('console.read', id));
  const [isWhole, setWhole] = useState(false);
  const crash = shownCrash(data?.crashes ?? [], server);
  if (crash === null) return data && server.state === 'failed' ? <Unreported id={id} /> : null;
  const others = (data?.crashes ?? []).filter((other) => !other.seen && other !== crash).length;
  return (
    <Stack component="section" className="surface crash-card" gap="xs" p="md" aria-label={strings.region}>
      <Group gap="xs" wrap="nowrap">
        <StateMark appearance={stateAppearances.failed} size={12} />
        <Title order={2} size="h4">
          {strings.heading(crash)}
        </Title>
      </Group>
      <CrashBody crash={crash} isWhole={isWhole} />
      <Group gap="xs">
        <CrashButtons crash={crash} server={server} canDismiss={!crash.seen} />
        {!isWhole && (
          <Button size="compact-sm" variant="subtle" onClick={() => setWhole(true)}>
            {strings.whatElse}
          </Button>
        )}
      </Group>
      {others > 0 && (
        <Text size="sm">
          <Link href={`/servers/${id}/crashes`}>{strings.more(others)}</Link>
        </Text>
      )}
    </Stack>
  );
}

/** One that failed to install before there were reports. */
function Unreported({ id }: { id: string }) {
  return (
    <Text size="sm" px="md" pb="xs">
      {strings.unreported} <Link href={`/servers/${id}/settings`}>{strings.toSettings}</Link>
    </Text>
  );
}

/** The newest that nobody has laid aside. */
function shownCrash(crashes: readonly ShownCrash[], { state }: ServerSummary): ShownCrash | null {
  const isFailed = state === 'failed';
  const isShown = ({ kind, seen }: ShownCrash): boolean =>
    kind === 'install' ? isFailed : !isFailed && !seen;
  return crashes.find(isShown) ?? null;
}
