import { Alert } from '@mantine/core';
import { useState } from 'react';
import { hostText } from '../../../texts/host-text.ts';
import { UnderWay } from '../../../ui/under-way.tsx';
import { strings } from './strings.ts';
import { useBackupOperations } from './use-backups.ts';

/** What is under way with the backups of a server, and what has failed since the page looks. */
export function Running({ server }: { server: string }) {
  const [seen, setSeen] = useState<readonly string[]>([]);
  const operations = useBackupOperations(server);
  return operations.map((operation) => {
    if (operation.state === 'running') return <UnderWay key={operation.id} operation={operation} />;
    if (operation.state !== 'failed' || seen.includes(operation.id)) return null;
    return (
      <Alert
        key={operation.id}
        role="alert"
        color="red"
        title={strings.failed(hostText(operation.title))}
        withCloseButton
        closeButtonLabel={strings.dismiss}
        onClose={() => setSeen([...seen, operation.id])}
      >
        {hostText(operation.error ?? '')}
      </Alert>
    );
  });
}
