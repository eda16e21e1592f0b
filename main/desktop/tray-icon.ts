/** What is used of Electron's images. */
export interface IconImage<I> {
  isEmpty(): boolean;
  resize(options: { width: number; height: number; quality: 'best' }): I;
  setTemplateImage(isTemplate: boolean): void;
}

/** Points of a tray's icon on each system. */
const sizeOn = (platform: NodeJS.Platform): number =>
  platform === 'darwin' ? 18 : platform === 'win32' ? 16 : 22;

/** What of a picture is a dot in its lower right corner, as a part of its width. */
const dotRadius = 0.24;
/** Blue, green, red, opacity, as Electron's bitmaps have them. */
const dotColour = [0x2c, 0x2f, 0xe0, 0xff] as const;

/**
 * The bitmap (4 bytes a pixel) with a red dot in the lower right corner, for an icon that says that something is wrong. A template of macOS
 * has no colours: there the dot is as the rest.
 */
export function withDot(bitmap: Uint8Array, { width, height }: { width: number; height: number }): Buffer {
  const marked = Buffer.from(bitmap);
  const radius = dotRadius * width;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (Math.hypot(x + 0.5 - (width - radius), y + 0.5 - (height - radius)) <= radius)
        marked.set(dotColour, (y * width + x) * 4);
  return marked;
}

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
