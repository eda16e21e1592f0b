import { Button, Divider, ScrollArea, Stack, Text } from '@mantine/core';
import { IconActivity, IconLayoutDashboard, IconNetwork, IconPlus, IconSettings } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hostStore } from '../../state/host-store.ts';
import { percent } from '../../ui/format.ts';
import { lookOf, StateMark } from '../../ui/state-badge.tsx';
import { words } from './words.ts';

/** The hosts' servers and the pages of this host. `onNavigate` closes the drawer of a narrow window. */
export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const servers = useStore(hostStore.store, (view) => view.servers);
  const [, navigate] = useLocation();
  return (
    <Stack component="nav" aria-label={words.navigation} h="100%" gap="xs" p="sm" onClick={onNavigate}>
      <PageLink to="/" icon={<IconLayoutDashboard size={18} />} label={words.overview} />
      <Divider />
      <Text size="xs" fw={600} className="quiet" px={10} id="servers-heading">
        {words.servers}
      </Text>
      <ScrollArea style={{ flex: 1 }} type="auto">
        <Stack
          component="ul"
          gap={2}
          m={0}
          p={0}
          aria-labelledby="servers-heading"
          style={{ listStyle: 'none' }}
        >
          {servers?.map((server) => (
            <li key={server.internal_id}>
              <ServerLink server={server} />
            </li>
          ))}
        </Stack>
        {servers?.length === 0 && (
          <Text size="sm" className="quiet" px={10}>
            {words.noServers}
          </Text>
        )}
      </ScrollArea>
      <Button leftSection={<IconPlus size={16} />} variant="light" onClick={() => navigate('/new')}>
        {words.newServer}
      </Button>
      <Divider />
      <PageLink to="/network" icon={<IconNetwork size={18} />} label={words.network} />
      <PageLink to="/activity" icon={<IconActivity size={18} />} label={words.activity} />
      <PageLink to="/settings" icon={<IconSettings size={18} />} label={words.settings} />
    </Stack>
  );
}

function PageLink({ to, icon, label }: { to: string; icon: ReactNode; label: string }) {
  const [isHere] = useRoute(to);
  return (
    <Link href={to} className="server-link" aria-current={isHere ? 'page' : undefined}>
      {icon}
      <span>{label}</span>
    </Link>
  );
}

function ServerLink({ server }: { server: ServerSummary }) {
  const path = `/servers/${server.internal_id}`;
  const [isHere] = useRoute(`${path}/*?`);
  const hasCrashed = server.last_exit !== null && !server.last_exit.wanted && server.last_exit.code !== 0;
  const look = lookOf(server.state, hasCrashed);
  return (
    <Link href={path} className="server-link" aria-current={isHere ? 'page' : undefined}>
      <StateMark look={look} />
      <span className="ellipsis">{server.name}</span>
      <span className="beside quiet figures">
        {server.state === 'running' && server.stats ? percent(server.stats.cpu_usage) : look.word}
      </span>
    </Link>
  );
}
