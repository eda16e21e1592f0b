import { Page } from '../../ui/page.tsx';
import { PortPoolSection } from './port-pool.tsx';
import { SessionsSection } from './sessions.tsx';
import { Share } from './share.tsx';
import { strings } from './strings.ts';

/** The host's place in the network: who may reach it, who was let in, and which ports servers get. */
export default function SharingPage() {
  return (
    <Page title={strings.title}>
      <Share />
      <SessionsSection />
      <PortPoolSection />
    </Page>
  );
}
