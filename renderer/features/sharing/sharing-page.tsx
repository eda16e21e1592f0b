import { Page } from '../../ui/page.tsx';
import { PortPool } from './port-pool.tsx';
import { Sessions } from './sessions.tsx';
import { Share } from './share.tsx';
import { words } from './strings.ts';

/** The host's place in the network: who may reach it, who was let in, and which ports servers get. */
export default function SharingPage() {
  return (
    <Page title={words.title}>
      <Share />
      <Sessions />
      <PortPool />
    </Page>
  );
}
