import { Text } from '@mantine/core';
import { strings } from './strings.ts';

/** Why a section is locked; null for who may change it. */
export const onlyOwner = (isOwner: boolean) =>
  isOwner ? null : (
    <Text size="sm" className="quiet">
      {strings.onlyOwner}
    </Text>
  );
