import { Checkbox, TextInput } from '@mantine/core';
import type { Mistakes } from '../../../ui/mistakes.ts';
import { strings } from './strings.ts';

/** As they are typed: '' is the image's own. */
interface ImageValues {
  dataPath: string;
  timeZone: string;
  owner: string;
  readOnlyRoot: boolean;
}

interface ImageFieldsProps {
  values: ImageValues;
  edit: (changes: Partial<ImageValues>) => void;
  at: Mistakes['at'];
}

/** What the image has to be told so that its program finds its files and its time, and what it may do to the image. */
export function ImageFields({ values, edit, at }: ImageFieldsProps) {
  return (
    <>
      <TextInput
        label={strings.dataPath}
        description={strings.dataPathHelp}
        value={values.dataPath}
        onChange={(event) => edit({ dataPath: event.currentTarget.value })}
        error={at('data_path')}
        spellCheck={false}
      />
      <TextInput
        label={strings.timeZone}
        description={strings.timeZoneHelp}
        value={values.timeZone}
        onChange={(event) => edit({ timeZone: event.currentTarget.value })}
        error={at('time_zone')}
        spellCheck={false}
      />
      <TextInput
        label={strings.owner}
        description={strings.ownerHelp}
        value={values.owner}
        onChange={(event) => edit({ owner: event.currentTarget.value })}
        error={at('volume_owner')}
        spellCheck={false}
      />
      <Checkbox
        label={strings.readOnlyRoot}
        description={strings.readOnlyRootHelp}
        checked={values.readOnlyRoot}
        onChange={(event) => edit({ readOnlyRoot: event.currentTarget.checked })}
      />
    </>
  );
}
