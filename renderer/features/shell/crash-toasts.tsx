import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { ShownCrash } from '../../../shared/model/crash.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { findServer, hostStore } from '../../state/host-store.ts';
import { useUnseenCrashes } from '../../ui/use-crashes.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** Most that are told at once; the overview has all. */
const most = 3;

/** Tells when a server ends badly while somebody looks at something else. What is so already when the page opens is no news. */
export default function CrashToasts() {
  const { may } = usePermission();
  const { data } = useUnseenCrashes(may('console.read'));
  const [place, navigate] = useLocation();
  const here = useRef(place);
  here.current = place;
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!data) return;
    const before = known.current;
    known.current = new Set(data.crashes.map(({ id }) => id));
    if (before === null) return;
    const isHere = ({ server }: ShownCrash): boolean =>
      here.current === '/' || here.current.split('/')[2] === encodeURIComponent(server);
    const fresh = data.crashes.filter((crash) => !before.has(crash.id) && !isHere(crash));
    for (const crash of fresh.slice(0, most)) tell(crash, navigate);
  }, [data, navigate]);
  return null;
}

function tell({ id, server, cause, reason }: ShownCrash, navigate: (to: string) => void): void {
  const name = findServer(hostStore.store.getState(), server)?.name ?? server;
  const look = (): void => {
    notifications.hide(id);
    navigate(`/servers/${server}`);
  };
  notifications.show({
    id,
    color: 'red',
    title: strings.ended(name),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {hostText(cause?.title ?? reason)}
        </Text>
        <Button size="compact-sm" variant="default" style={{ flexShrink: 0 }} onClick={look}>
          {strings.look}
        </Button>
      </Group>
    ),
  });
}
