import type { EggImage } from '../../../../shared/model/egg.ts';
import { strings } from './strings.ts';

/** Where an image is pulled from, in words. As Docker reads names: what is in front of the first slash, if it looks like a host. */
export function registryOf({ image, local }: Pick<EggImage, 'image' | 'local'>): string {
  if (local) return strings.registries.local;
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' ? strings.registries.other(first) : strings.registries.hub;
}
