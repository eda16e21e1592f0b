import { Alert, Button, Stack, Text } from '@mantine/core';
import { ApiError } from '../../client/http-client.ts';

/** Why something could not be shown, in words: not permitted, or failed with the offer to try again. */
export function QueryTrouble({ error, what, onRetry }: { error: Error; what: string; onRetry: () => void }) {
  const isForbidden = error instanceof ApiError && error.status === 403;
  return (
    <Alert
      role="alert"
      color={isForbidden ? 'gray' : 'red'}
      title={isForbidden ? 'Not permitted' : 'This could not be loaded'}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {isForbidden
            ? `Your token doesn’t allow ${what}. Ask the owner of this host for one that does.`
            : error.message}
        </Text>
        {!isForbidden && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
