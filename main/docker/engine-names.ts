import { LightdeckError } from '../../shared/errors.ts';

/**
 * Ids and names go into the path of the engine's API, and dockerode doesn't escape them: whatever could leave its place
 * there (`/../`, `?`) is refused before.
 */
export function isContainerName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(text);
}

/** Registry, path, tag and digest of an image, as far as characters go. */
export function isImageName(text: string): boolean {
  return text.length <= 512 && /^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/.test(text) && !/\/\/|\.\.|\/$/.test(text);
}

/** Throws LightdeckError `not_found`: no container can have that name. */
export function checkContainerName(id: string): void {
  if (!isContainerName(id)) {
    throw new LightdeckError(
      'not_found',
      `There is no container ${JSON.stringify(id)}: it is not a container's id or name.`,
    );
  }
}

/** Throws LightdeckError `invalid`. */
export function checkImageName(image: string): void {
  if (!isImageName(image)) {
    throw new LightdeckError(
      'invalid',
      `${JSON.stringify(image)} is not the name of an image: write it like name:tag.`,
    );
  }
}

/**
 * An image's name as people write it and with its tag, so that one image has one: Docker Hub goes without saying (Podman says it), so does
 * `latest` in what people write. By a digest it stays. Pure.
 */
export function plainName(image: string): string {
  const bare = image.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '');
  return /[:@][^/]*$/.test(bare) ? bare : `${bare}:latest`;
}
