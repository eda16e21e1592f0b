import type { NativeImage, nativeImage } from 'electron';

/** Rows of the drawn icon from top to bottom as shares of its height: three decks, each with its light at the right. */
const decks = [
  [0.14, 0.32],
  [0.41, 0.59],
  [0.68, 0.86],
] as const;
const side = 0.1;
const light = [0.72, 0.84] as const;

/**
 * A stand-in for the icon's file: `size` × `size` pixels, four bytes each (blue, green, red, alpha), on nothing. Black as
 * macOS wants its templates, else in a grey that can be seen on light and dark bars.
 */
export function drawTrayIcon(size: number, isTemplate: boolean): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  const grey = isTemplate ? 0 : 0x9a;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const [across, down] = [(x + 0.5) / size, (y + 0.5) / size];
      const isDeck = across >= side && across <= 1 - side && decks.some(([a, b]) => down >= a && down <= b);
      const isLight = across >= light[0] && across <= light[1];
      if (isDeck && !isLight) pixels.set([grey, grey, grey, 0xff], (y * size + x) * 4);
    }
  }
  return pixels;
}

/** Points of a tray's icon on each system. */
export function trayIconSize(platform: NodeJS.Platform): number {
  if (platform === 'darwin') return 18;
  return platform === 'win32' ? 16 : 22;
}

/** The tray's icon: from the file if it can be read (a template on macOS), else drawn. */
export function trayIcon(
  images: Pick<typeof nativeImage, 'createFromPath' | 'createFromBitmap'>,
  path: string | null,
  platform: NodeJS.Platform,
): NativeImage {
  const isTemplate = platform === 'darwin';
  const size = trayIconSize(platform);
  const found = path === null ? null : images.createFromPath(path);
  const image =
    found && !found.isEmpty() ? found.resize({ width: size, height: size, quality: 'best' }) : draw();
  if (isTemplate) image.setTemplateImage(true);
  return image;

  function draw(): NativeImage {
    const drawn = images.createFromBitmap(drawTrayIcon(size, isTemplate), { width: size, height: size });
    const twice = size * 2;
    const buffer = drawTrayIcon(twice, isTemplate);
    drawn.addRepresentation({ scaleFactor: 2, width: twice, height: twice, buffer });
    return drawn;
  }
}
