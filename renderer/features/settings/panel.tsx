import { Alert, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../../link/http-client.ts';
import { words } from './words.ts';

/** One part of the settings page. */
export function Panel({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <Stack component="section" className="surface" p="md" gap="md" aria-label={title}>
      <Stack gap={2}>
        <Title order={2} size="h4">
          {title}
        </Title>
        {help && (
          <Text size="sm" className="quiet">
            {help}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}

/** Why a part has nothing to show. */
export function Refusal({ error, notPermitted }: { error: Error; notPermitted: string }) {
  return error instanceof ApiError && error.status === 403 ? (
    <Text size="sm" className="quiet">
      {notPermitted}
    </Text>
  ) : (
    <Alert color="red" title={words.cantLoad} role="alert">
      {error.message}
    </Alert>
  );
}

/** A name and what it is. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" className="quiet">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}
