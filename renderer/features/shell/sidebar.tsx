import { Button, Divider, ScrollArea, Stack, Text } from '@mantine/core';
import { IconActivity, IconLayoutDashboard, IconNetwork, IconPlus, IconSettings } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import { HostSection } from './host-section.tsx';
import { SidebarServer } from './sidebar-server.tsx';
import { strings } from './strings.ts';

/** The hosts' servers and the pages of this host. `onNavigate` closes the drawer of a narrow window. */
export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const [, navigate] = useLocation();
  return (
    <Stack component="nav" aria-label={strings.navigation} className="sidebar" h="100%" gap="xs" p="sm">
      <HostSection />
      <PageLink
        to="/"
        icon={<IconLayoutDashboard size={18} />}
        label={strings.overview}
        onClick={onNavigate}
      />
      <Divider />
      <Servers onNavigate={onNavigate} />
      <Button
        leftSection={<IconPlus size={16} />}
        variant="light"
        style={{ flexShrink: 0 }}
        onClick={() => {
          onNavigate();
          navigate('/new');
        }}
      >
        {strings.newServer}
      </Button>
      <Divider />
      <div>
        <PageLink
          to="/network"
          icon={<IconNetwork size={18} />}
          label={strings.network}
          onClick={onNavigate}
        />
        <PageLink
          to="/activity"
          icon={<IconActivity size={18} />}
          label={strings.activity}
          onClick={onNavigate}
        />
        <PageLink
          to="/settings"
          icon={<IconSettings size={18} />}
          label={strings.settings}
          onClick={onNavigate}
        />
      </div>
    </Stack>
  );
}

function Servers({ onNavigate }: { onNavigate: () => void }) {
  const servers = useStore(hostStore.store, (view) => view.servers);
  return (
    <>
      <Text size="xs" fw={600} className="quiet" px={10} id="servers-heading">
        {strings.servers}
      </Text>
      <ScrollArea style={{ flex: '1 0 120px' }} type="auto" viewportProps={{ tabIndex: -1 }}>
        {servers && servers.length > 0 ? (
          <ul className="server-list" aria-labelledby="servers-heading">
            {servers.map((server) => (
              <SidebarServer key={server.internal_id} server={server} onNavigate={onNavigate} />
            ))}
          </ul>
        ) : (
          <Text size="sm" className="quiet" px={10}>
            {servers ? strings.noServers : strings.waitingForServers}
          </Text>
        )}
      </ScrollArea>
    </>
  );
}

interface PageLinkProps {
  to: string;
  icon: ReactNode;
  label: string;
  onClick: () => void;
}

function PageLink({ to, icon, label, onClick }: PageLinkProps) {
  const [isHere] = useRoute(to === '/' ? '/' : `${to}/*?`);
  return (
    <Link href={to} className="server-link" aria-current={isHere ? 'page' : undefined} onClick={onClick}>
      {icon}
      <span>{label}</span>
    </Link>
  );
}
