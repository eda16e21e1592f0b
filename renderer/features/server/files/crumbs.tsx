import { Anchor, Breadcrumbs, Text } from '@mantine/core';
import { Link } from 'wouter';
import { crumbs, toAddress } from './paths.ts';
import { strings } from './strings.ts';

/** The way to a folder or file, each folder on it a link. */
export function Crumbs({ server, path }: { server: string; path: string }) {
  const parts = [{ name: strings.root, path: '' }, ...crumbs(path)];
  return (
    <Breadcrumbs component="nav" aria-label={strings.where} style={{ flexWrap: 'wrap' }}>
      {parts.map((part) =>
        part.path === path ? (
          <Text key={part.path} size="sm" fw={600} aria-current="page">
            {part.name}
          </Text>
        ) : (
          <Anchor
            key={part.path}
            component={Link}
            href={`/servers/${server}/files${part.path === '' ? '' : `/${toAddress(part.path)}`}`}
            size="sm"
          >
            {part.name}
          </Anchor>
        ),
      )}
    </Breadcrumbs>
  );
}
