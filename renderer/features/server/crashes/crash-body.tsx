import { Button, ScrollArea, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { CrashReport, ShownCrash } from '../../../../shared/model/crash.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { actionStrings } from '../../../ui/action-strings.ts';
import { EngineWords, sentenceOf } from '../../../ui/engine-words.tsx';
import { moment } from '../../../ui/format.ts';
import { useCrashReport } from '../../../ui/use-crashes.ts';
import { MemoryCurve } from './memory-curve.tsx';
import { strings } from './strings.ts';

/** Reached by the keyboard, since it can be scrolled. */
const viewport = { role: 'region', tabIndex: 0, 'aria-label': strings.lastLines } as const;
/** Lines that are shown at first. */
const firstLines = 15;

interface CrashBodyProps {
  crash: ShownCrash;
  /** With what happened around it. */
  isWhole?: boolean;
}

/** What is known of an end: in words at once, with its lines and figures as soon as they are here. */
export function CrashBody({ crash, isWhole = false }: CrashBodyProps) {
  const { data: report } = useCrashReport(crash.server, crash.id);
  return (
    <Stack gap="xs">
      <Words crash={crash} />
      {report && <Evidence report={report} />}
      {report && isWhole && <Around report={report} />}
    </Stack>
  );
}

function Words({ crash }: { crash: ShownCrash }) {
  const { at, started_at, was_ready, cause, exit_words, oom, compared, after } = crash;
  const ran = started_at === null ? null : at - started_at;
  const what = exit_words === null ? hostText(sentenceOf(crash.reason)) : strings.exit(exit_words);
  const rest = [
    what,
    oom === 'child' ? strings.child : null,
    compared && strings.compared(compared),
    strings.after(after),
  ].filter(Boolean);
  return (
    <>
      {cause && <Text size="sm">{hostText(cause.text)}</Text>}
      <Text size="sm" className="quiet figures">
        {strings.when(at, ran, was_ready)}. {rest.join(' ')}
      </Text>
      <EngineWords text={crash.reason} />
      {cause?.line && !crash.reason.includes(cause.line) && (
        <Text size="sm" component="code" className="crash-line" aria-label={strings.givenAway}>
          {cause.line}
        </Text>
      )}
    </>
  );
}

function Evidence({ report }: { report: CrashReport }) {
  return (
    <div className="crash-evidence">
      <LastLines tail={report.tail} />
      <MemoryCurve figures={report.figures} limit={report.memory_limit} />
    </div>
  );
}

function Around({ report }: { report: CrashReport }) {
  return (
    <>
      <Told
        title={strings.machine}
        lines={report.host.map(({ at, text }) => `${moment(at)} ${hostText(text)}`)}
      />
      <Told
        title={strings.changes}
        lines={report.changes.map(
          ({ at, actor, action, detail }) =>
            `${moment(at)} ${hostText(actor)}: ${actionStrings(action)} ${hostText(detail)}`,
        )}
      />
    </>
  );
}

function LastLines({ tail }: { tail: string }) {
  const [isWhole, setWhole] = useState(false);
  if (tail === '') return null;
  const lines = tail.split('\n');
  const shown = isWhole ? lines : lines.slice(-firstLines);
  return (
    <div>
      <ScrollArea.Autosize mah={180} className="crash-lines" viewportProps={viewport}>
        <pre className="mono">{shown.join('\n')}</pre>
      </ScrollArea.Autosize>
      {shown.length < lines.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
          {strings.allLines(lines.length)}
        </Button>
      )}
    </div>
  );
}

function Told({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={500}>
        {title}
      </Text>
      <Text size="sm" className="quiet figures crash-told">
        {lines.join('\n')}
      </Text>
    </div>
  );
}
