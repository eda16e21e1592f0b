import { Alert, Button, Stack, Text } from '@mantine/core';
import { ApiError } from '../../client/http-client.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/query-trouble.en.json';

const t = textsOf('ui/query-trouble', en);

/** Why something could not be shown, in words: not permitted, or failed with the offer to try again. */
export function QueryTrouble({ error, what, onRetry }: { error: Error; what: string; onRetry: () => void }) {
  const isForbidden = error instanceof ApiError && error.status === 403;
  return (
    <Alert
      role="alert"
      color={isForbidden ? 'gray' : 'red'}
      title={isForbidden ? t('forbidden') : t('failed')}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{isForbidden ? t('lacks', { what }) : hostText(error.message)}</Text>
        {!isForbidden && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
