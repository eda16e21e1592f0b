import { Accordion, Code, List, ScrollArea, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { Egg } from '../../../../shared/model/egg.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { registryOf } from './registry.ts';
import { strings } from './strings.ts';

/** Most of a list that is shown one by one. */
const maxShown = 30;

interface WhatItDoesProps {
  egg: Egg;
  notes: readonly string[];
}

/** All that an egg does to a server, before anything of it is done. Texts of the egg are texts, whatever is in them. */
export function WhatItDoes({ egg, notes }: WhatItDoesProps) {
  return (
    <Stack gap="md" component="section" aria-label={strings.willDo}>
      <Stack gap={2}>
        <Title order={2} size="h4">
          {strings.willDo}
        </Title>
        <Text size="sm" className="quiet">
          {strings.willDoHelp}
        </Text>
      </Stack>
      <dl className="facts">
        <Fact name={strings.runs}>
          <Lines
            all={egg.images.map((image) => ({
              text: image.image,
              beside: registryOf(image),
            }))}
          />
        </Fact>
        <Fact name={strings.starts}>
          {egg.startup.length === 0 && <Text size="sm">{strings.ownStart}</Text>}
          {egg.startup.map(({ name, command }) => (
            <Code block key={name} className="wrapped">
              {command}
            </Code>
          ))}
        </Fact>
        <Fact name={strings.installs}>
          <Install egg={egg} />
        </Fact>
        <Fact name={strings.rewrites}>
          {egg.config_files.length === 0 && <Text size="sm">{strings.rewritesNothing}</Text>}
          <Lines
            all={egg.config_files.map(({ path, find }) => ({
              text: path,
              beside: strings.places(find.length),
            }))}
          />
        </Fact>
        <Fact name={strings.ports}>
          <Text size="sm">{strings.portsText(portNames(egg))}</Text>
        </Fact>
        <Fact name={strings.asks}>
          <Text size="sm">{asked(egg)}</Text>
        </Fact>
        <Fact name={strings.ready}>
          <Lines all={egg.done.map(({ text }) => ({ text }))} />
          {egg.done.length === 0 && <Text size="sm">{strings.readyAtOnce}</Text>}
        </Fact>
        <Fact name={strings.stops}>
          <Text size="sm">
            {egg.stop.kind === 'command'
              ? strings.stopCommand(egg.stop.command)
              : strings.stopSignal(egg.stop.signal, egg.stop.timeout)}
          </Text>
        </Fact>
        <Fact name={strings.noted}>
          <Notes notes={notes} />
        </Fact>
      </dl>
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="quiet">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Lines({ all }: { all: readonly { text: string; beside?: string }[] }) {
  return (
    <>
      {all.slice(0, maxShown).map(({ text, beside }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <Text size="sm" key={at} className="wrapped">
          <Code>{text}</Code> {beside !== undefined && <span className="quiet">{beside}</span>}
        </Text>
      ))}
      {all.length > maxShown && <Text size="sm">{strings.more(all.length - maxShown)}</Text>}
    </>
  );
}

function Install({ egg: { install } }: { egg: Egg }) {
  if (install === null) return <Text size="sm">{strings.installsNothing}</Text>;
  const from = registryOf({ image: install.image, local: false });
  return (
    <Stack gap="xs">
      <Text size="sm" className="wrapped">
        {strings.installsBy(install.image, from, install.entrypoint.join(' '))}
      </Text>
      <Script text={install.script} />
    </Stack>
  );
}

/** A script to be read, folded. */
function Script({ text }: { text: string }) {
  const id = useId();
  return (
    <Accordion variant="contained" keepMounted={false} chevronPosition="left">
      <Accordion.Item value={id}>
        <Accordion.Control>{strings.script(text.trimEnd().split('\n').length)}</Accordion.Control>
        <Accordion.Panel>
          <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0 }}>
            <pre className="script">{text}</pre>
          </ScrollArea.Autosize>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return <Text size="sm">{strings.notedNothing}</Text>;
  return (
    <List size="sm" spacing={4} className="wrapped">
      {notes.map((note, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <List.Item key={at}>{hostText(note)}</List.Item>
      ))}
    </List>
  );
}

const portNames = ({ variables }: Egg): string[] =>
  variables.filter(({ field }) => field.kind === 'port').map(({ name, key }) => name || key);

function asked({ variables }: Egg): string {
  const all = variables.filter(({ field }) => field.kind !== 'port');
  if (all.length === 0) return strings.asksNothing;
  const shown = all.filter(({ viewable, editable }) => viewable && editable);
  return strings.asksText(
    shown.map(({ name, key }) => name || key),
    all.length - shown.length,
  );
}
