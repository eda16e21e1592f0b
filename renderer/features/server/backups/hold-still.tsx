import {
  Button,
  Checkbox,
  Code,
  Group,
  Modal,
  NumberInput,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { changeContainerBody } from '../../../../shared/http/container-body.ts';
import type { Freeze } from '../../../../shared/model/server.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { type Mistakes, mistakesOf, problemsOf } from '../../../ui/mistakes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { useSave } from '../settings/saving.ts';
import { useContainer } from '../use-container.ts';
import { holdStrings } from './hold-strings.ts';

/** What makes a running server's files hold still while they are read, and the way to change that. */
export function HoldStill({ server }: { server: string }) {
  const { data } = useContainer(server);
  const { may } = usePermission();
  const [isEditing, setEditing] = useState(false);
  if (data === undefined) return null;
  const { freeze } = data;
  const mayChange = may('containers.write', server);
  return (
    <Stack component="section" className="surface" p="md" gap="xs" aria-label={holdStrings.title}>
      <Title order={2} size="h4">
        {holdStrings.title}
      </Title>
      <Text size="sm">{freeze ? holdStrings.types : holdStrings.none}</Text>
      {freeze && (
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {[...freeze.before, holdStrings.reads, ...freeze.after].join('\n')}
        </Code>
      )}
      <Group>
        <Button
          size="xs"
          variant="default"
          disabled={!mayChange}
          title={mayChange ? undefined : holdStrings.noWrite}
          onClick={() => setEditing(true)}
        >
          {holdStrings.change}
        </Button>
      </Group>
      <Modal opened={isEditing} onClose={() => setEditing(false)} title={holdStrings.title}>
        <HoldForm server={server} freeze={freeze} onDone={() => setEditing(false)} />
      </Modal>
    </Stack>
  );
}

const fields = ['freeze.before', 'freeze.wait_for', 'freeze.ask', 'freeze.timeout', 'freeze.after'];
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

function HoldForm({ server, freeze, onDone }: { server: string; freeze: Freeze | null; onDone: () => void }) {
  const save = useSave(server);
  const [isOn, setOn] = useState(freeze !== null);
  const [before, setBefore] = useState(freeze?.before.join('\n') ?? '');
  const [waitFor, setWaitFor] = useState(freeze?.wait_for ?? '');
  const [ask, setAsk] = useState(freeze?.ask ?? '');
  const [timeout, setTimeout] = useState<number | ''>(freeze?.timeout ?? 60);
  const [after, setAfter] = useState(freeze?.after.join('\n') ?? '');
  const [isChecked, setChecked] = useState(false);
  const wanted = {
    freeze: isOn
      ? {
          before: linesOf(before),
          wait_for: waitFor || null,
          ask: ask || null,
          timeout: Number(timeout),
          after: linesOf(after),
        }
      : null,
  };
  const problems = problemsOf(changeContainerBody, wanted);
  const { at, rest } = mistakesOf(save.error, fields, isChecked ? problems : {});
  const submit = (): void => {
    setChecked(true);
    if (Object.keys(problems).length === 0 && !save.isPending) save.mutate(wanted, { onSuccess: onDone });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <Checkbox
          label={holdStrings.on}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        {isOn && (
          <>
            <Lines
              label={holdStrings.before}
              help={holdStrings.beforeHelp}
              value={before}
              error={at('freeze.before')}
              onChange={setBefore}
            />
            <Waiting
              waitFor={waitFor}
              ask={ask}
              timeout={timeout}
              at={at}
              onWaitFor={setWaitFor}
              onAsk={setAsk}
              onTimeout={setTimeout}
            />
            <Lines
              label={holdStrings.after}
              help={holdStrings.afterHelp}
              value={after}
              error={at('freeze.after')}
              onChange={setAfter}
            />
          </>
        )}
        <Rest error={rest} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {holdStrings.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What can't be shown at a field. */
function Rest({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <Text size="sm" c="var(--state-bad)" role="alert">
      {hostText(error.message)}
    </Text>
  );
}

interface WaitingProps {
  waitFor: string;
  ask: string;
  timeout: number | '';
  at: Mistakes['at'];
  onWaitFor: (text: string) => void;
  onAsk: (text: string) => void;
  onTimeout: (seconds: number | '') => void;
}

/** What the game says once all is saved, and for how long that is waited for. */
function Waiting({ waitFor, ask, timeout, at, onWaitFor, onAsk, onTimeout }: WaitingProps) {
  return (
    <>
      <TextInput
        label={holdStrings.waitFor}
        description={holdStrings.waitForHelp}
        value={waitFor}
        error={at('freeze.wait_for')}
        onChange={(event) => onWaitFor(event.currentTarget.value)}
      />
      <TextInput
        label={holdStrings.ask}
        description={holdStrings.askHelp}
        value={ask}
        error={at('freeze.ask')}
        onChange={(event) => onAsk(event.currentTarget.value)}
      />
      <NumberInput
        label={holdStrings.timeout}
        value={timeout}
        error={at('freeze.timeout')}
        allowDecimal={false}
        clampBehavior="none"
        maw={220}
        onChange={(value) => onTimeout(typeof value === 'number' ? value : '')}
      />
    </>
  );
}

interface LinesProps {
  label: string;
  help: string;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
}

/** Console lines, one below the other. */
function Lines({ label, help, value, error, onChange }: LinesProps) {
  return (
    <Textarea
      label={label}
      description={help}
      autosize
      minRows={2}
      maxRows={8}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
