import { Button, Divider, Stack, Text } from '@mantine/core';
import { Link, useLocation, useRoute } from 'wouter';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import type { Permission } from '../../ui/permission.ts';
import { usePermission } from '../../ui/use-permission.ts';
import type { AppPage } from '../feature.ts';
import { pages } from '../pages.ts';
import { HostSection } from './host-section.tsx';
import { SidebarServer } from './sidebar-server.tsx';
import { strings } from './strings.ts';

/** The hosts' servers and the pages of this host. `onNavigate` closes the drawer of a narrow window. */
export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const permission = usePermission();
  return (
    <Stack component="nav" aria-label={strings.navigation} className="sidebar" h="100%" gap="xs" p="sm">
      <HostSection />
      {pagesAt('top', permission).map((page) => (
        <PageLink key={page.id} page={page} onClick={onNavigate} />
      ))}
      <Divider />
      <Servers onNavigate={onNavigate} />
      {pagesAt('button', permission).map((page) => (
        <PageButton key={page.id} page={page} onClick={onNavigate} />
      ))}
      <Divider />
      <div>
        {pagesAt('bottom', permission).map((page) => (
          <PageLink key={page.id} page={page} onClick={onNavigate} />
        ))}
      </div>
    </Stack>
  );
}

const pagesAt = (place: AppPage['place'], permission: Permission): AppPage[] =>
  pages.filter((page) => page.place === place && (page.isOffered?.(permission) ?? true));

function Servers({ onNavigate }: { onNavigate: () => void }) {
  const servers = useStore(hostStore.store, (view) => view.servers);
  return (
    <>
      <Text size="xs" fw={600} className="quiet" px={10} id="servers-heading">
        {strings.servers}
      </Text>
      <div className="server-scroll" tabIndex={-1}>
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
      </div>
    </>
  );
}

interface PageLinkProps {
  page: AppPage;
  onClick: () => void;
}

function PageLink({ page: { path, label, icon: Icon }, onClick }: PageLinkProps) {
  const [isHere] = useRoute(path === '/' ? '/' : `${path}/*?`);
  return (
    <Link href={path} className="server-link" aria-current={isHere ? 'page' : undefined} onClick={onClick}>
      <Icon size={18} />
      <span>{label}</span>
    </Link>
  );
}

function PageButton({ page: { path, label, icon: Icon }, onClick }: PageLinkProps) {
  const [, navigate] = useLocation();
  return (
    <Button
      leftSection={<Icon size={16} />}
      variant="light"
      style={{ flexShrink: 0 }}
      onClick={() => {
        onClick();
        navigate(path);
      }}
    >
      {label}
    </Button>
  );
}
