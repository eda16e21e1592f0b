import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { encode } from 'uqr';
import { useStore } from 'zustand';
import { pairBrowser } from '../../../shared/http/sharing.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { api } from '../../link/api.ts';
import { hostStore } from '../../state/host-store.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { useNow } from '../../ui/use-now.ts';
import { FirstAndOthers } from './first-and-others.tsx';
import { PairingChoiceFields } from './pairing-choice.tsx';
import { choiceProblem, leastChoice, type PairingChoice, pairingRequest } from './pairing-request.ts';
import { strings } from './strings.ts';

const noServers: readonly ServerSummary[] = [];

/** A link for one more device, as code and as text. Made only when asked for: each one lets somebody in. */
export function Pairing() {
  const servers = useStore(hostStore.store, (view) => view.servers) ?? noServers;
  const [changes, setChanges] = useState<Partial<PairingChoice>>({});
  const choice = { ...leastChoice(servers), ...changes };
  const pair = useMutation({ mutationFn: () => api.call(pairBrowser, { body: pairingRequest(choice) }) });
  const now = useNow(1000);
  const left = pair.data ? Math.max(0, Date.parse(pair.data.expires_at) - now) : 0;
  return (
    <Stack gap="sm">
      <Title order={3} size="h6">
        {strings.pairing}
      </Title>
      <Text size="sm" className="quiet">
        {strings.pairingHelp}
      </Text>
      <PairingChoiceFields
        choice={choice}
        servers={servers}
        onChange={(more) => {
          // The link on the page would be of another choice than the one above it.
          pair.reset();
          setChanges((last) => ({ ...last, ...more }));
        }}
      />
      {pair.error && (
        <QueryTrouble error={pair.error} what={strings.see.links} onRetry={() => pair.mutate()} />
      )}
      {pair.data && left > 0 && (
        <FirstAndOthers
          items={pair.data.urls}
          render={(place) => <PairingCode key={place.url} place={place} />}
        />
      )}
      {pair.data && (
        <Text size="sm" className="figures">
          {left > 0 ? strings.left(minutes(left)) : strings.linkOver}
        </Text>
      )}
      <Button
        variant="default"
        w="fit-content"
        disabled={choiceProblem(choice) !== null}
        loading={pair.isPending}
        onClick={() => pair.mutate()}
      >
        {pair.data ? strings.newLink : strings.makeLink}
      </Button>
    </Stack>
  );
}

function PairingCode({ place: { interface: name, url } }: { place: { interface: string; url: string } }) {
  return (
    <Stack gap={4} maw={220}>
      <QrCode text={url} label={strings.qr(name)} />
      <Group gap={4} wrap="nowrap">
        <Text size="sm" className="quiet ellipsis">
          {name} · {new URL(url).hostname}
        </Text>
        <CopyButton text={url} what={strings.copy.link} />
      </Group>
    </Stack>
  );
}

function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Black on white in either theme: scanners want it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width={200} height={200}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
