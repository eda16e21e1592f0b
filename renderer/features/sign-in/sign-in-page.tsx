import { Alert, Button, Checkbox, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { pairingSecretIn } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { strings } from './strings.ts';

function mistakeIn(token: string): string | null {
  if (token === '') return strings.empty;
  if (pairingSecretIn(token) !== null) return null;
  return /^lightd_\S{13,}$/.test(token) ? null : strings.shape;
}

/** In a browser only: the desktop app has its token. */
export default function SignInPage({ problem }: { problem: string | null }) {
  const [token, setToken] = useState('');
  const [forGood, setForGood] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const enter = async (): Promise<void> => {
    setBusy(true);
    const secret = pairingSecretIn(token);
    const problem =
      secret === null ? await session.tryToken(token.trim(), forGood) : await session.pair(secret, forGood);
    if (problem === null) return;
    setBusy(false);
    setMistake(problem);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = mistakeIn(token.trim());
    setMistake(found);
    if (found === null) void enter();
  };
  return (
    <main style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh', padding: 16 }}>
      <Paper component="form" onSubmit={submit} className="surface" p="xl" w="100%" maw={420} noValidate>
        <Stack gap="md">
          <Title order={1}>{strings.title}</Title>
          {problem && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <PasswordInput
            label={strings.token}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={mistake}
            errorProps={{ role: 'alert' }}
            autoComplete="off"
            data-autofocus
            autoFocus
          />
          <Text size="sm" className="quiet">
            {strings.help} <Code>{strings.command}</Code> {strings.fromCheckout}{' '}
            <Code>{strings.checkoutCommand}</Code>.
          </Text>
          <Checkbox
            label={strings.keep}
            checked={forGood}
            onChange={(event) => setForGood(event.currentTarget.checked)}
          />
          <Button type="submit" loading={isBusy}>
            {strings.submit}
          </Button>
        </Stack>
      </Paper>
    </main>
  );
}
