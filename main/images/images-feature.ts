import type { Feature } from '../feature/contract.ts';
import { Images, type ImagesOptions } from './images.ts';
import { imageRoutes } from './routes.ts';

/** E13, E15: the images on the machine. */
export function imagesFeature(parts: ImagesOptions): Feature {
  const images = new Images(parts);
  return { name: 'images', routes: (routes) => imageRoutes(routes, { images }) };
}
