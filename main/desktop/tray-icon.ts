/** What is used of Electron's images. */
export interface IconImage<I> {
  isEmpty(): boolean;
  resize(options: { width: number; height: number; quality: 'best' }): I;
  setTemplateImage(isTemplate: boolean): void;
}

/** Points of a tray's icon on each system. */
const sizeOn = (platform: NodeJS.Platform): number =>
  platform === 'darwin' ? 18 : platform === 'win32' ? 16 : 22;

/** The tray's icon out of its file, which is built beside the program; a template on macOS. Throws if it can't be read. */
export function trayIcon<I extends IconImage<I>>(
  images: { createFromPath(path: string): I },
  path: string,
  platform: NodeJS.Platform,
): I {
  const file = images.createFromPath(path);
  if (file.isEmpty()) throw new Error(`the tray's icon can't be read: ${path}`);
  const size = sizeOn(platform);
  const image = file.resize({ width: size, height: size, quality: 'best' });
  if (platform === 'darwin') image.setTemplateImage(true);
  return image;
}
