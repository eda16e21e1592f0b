// `npm run icons`: makes all icons out of build/icon.svg with Chromium. They are kept in git; run it when the drawing changes.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { icnsFile, icnsSizes, icoFile } from './lib/icon-files.mjs';
import { iconFolder, iconSource, iconSourceHash, iconStamp } from './lib/icon-source.mjs';
import { runMain, SetupError, say } from './lib/output.mjs';
import { findProgram } from './lib/run.mjs';

/** Which part of the drawing is seen, and how. macOS wants room around the plate, the others none; its menu bar wants a shape alone. */
const views = {
  mac: { box: '0 0 1024 1024', style: '' },
  full: { box: '92 92 840 840', style: '' },
  shape: { box: '208 208 608 608', style: '#plate, #lights { display: none } #decks { fill: #000 }' },
};
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
/** Electron takes the one that fits the screen by these names. */
const trayFiles = [
  { name: 'tray.png', view: views.full, size: 16 },
  { name: 'tray@1.5x.png', view: views.full, size: 24 },
  { name: 'tray@2x.png', view: views.full, size: 32 },
  { name: 'trayTemplate.png', view: views.shape, size: 16 },
  { name: 'trayTemplate@2x.png', view: views.shape, size: 32 },
];

/** Draws PNG files with a browser; `close` ends it. */
async function openPainter() {
  const executablePath = findProgram('chromium') ?? findProgram('google-chrome');
  if (!executablePath) throw new SetupError('Icons are drawn with Chromium, and there is none on the PATH.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  const drawing = await readFile(iconSource, 'utf8');
  const paint = async ({ box, style }, size) => {
    const svg = drawing.replace(/viewBox="[^"]*"/, `viewBox="${box}" width="${size}" height="${size}"`);
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body { margin: 0 } svg { display: block } ${style}</style>${svg}`);
    return { size, png: await page.screenshot({ omitBackground: true }) };
  };
  const paintAll = async (view, sizes) => {
    const images = [];
    for (const size of sizes) images.push(await paint(view, size));
    return images;
  };
  return { paint, paintAll, close: () => browser.close() };
}

async function makeAll({ paint, paintAll }) {
  await rm(iconFolder, { recursive: true, force: true });
  for (const name of ['linux', 'tray']) await mkdir(join(iconFolder, name), { recursive: true });
  for (const { size, png } of await paintAll(views.full, linuxSizes))
    await writeFile(join(iconFolder, 'linux', `${size}x${size}.png`), png);
  await writeFile(join(iconFolder, 'icon.ico'), icoFile(await paintAll(views.full, icoSizes)));
  await writeFile(join(iconFolder, 'icon.icns'), icnsFile(await paintAll(views.mac, icnsSizes)));
  for (const { name, view, size } of trayFiles)
    await writeFile(join(iconFolder, 'tray', name), (await paint(view, size)).png);
  await writeFile(iconStamp, await iconSourceHash());
}

async function main() {
  const painter = await openPainter();
  try {
    await makeAll(painter);
  } finally {
    await painter.close();
  }
  say('Made the icons in build/icons.');
}

runMain(main);
