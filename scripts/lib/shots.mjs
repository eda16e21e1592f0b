// What is photographed: a name, where it is, and what is done there first.

const keys =
  (...list) =>
  async (page) => {
    for (const key of list) await page.keyboard.press(key);
  };
const type = (text) => (page) => page.keyboard.type(text);

const both = ['wide', 'narrow'];

/** Pages of the demo's host, by name; `{survival}` and the like become ids. `sizes`: 1280 px and 390 px wide.
 * `settle`: ms until it is worth a picture. */
export const pages = [
  { name: 'overview', path: '/', sizes: both, settle: 35_000 },
  { name: 'console', path: '/servers/{survival}/console', sizes: both, settle: 40_000, act: answered },
  {
    name: 'console-search',
    path: '/servers/{survival}/console',
    settle: 2_000,
    act: steps(keys('Control+f'), type('joined'), rest),
  },
  { name: 'files', path: '/servers/{survival}/files', sizes: both },
  { name: 'ports', path: '/servers/{survival}/network' },
  { name: 'server-settings', path: '/servers/{survival}/settings', sizes: both },
  { name: 'server-activity', path: '/servers/{survival}/activity' },
  { name: 'installing', path: '/servers/{luanti}/console' },
  { name: 'crashed', path: '/servers/{factorio}/console' },
  { name: 'new-server', path: '/new', sizes: both },
  { name: 'network', path: '/network', sizes: both },
  { name: 'activity', path: '/activity' },
  { name: 'settings', path: '/settings', sizes: both },
  { name: 'palette', path: '/', act: steps(keys('Control+k'), type('surv')), sizes: both },
  { name: 'shortcuts', path: '/', act: keys('?') },
  { name: 'kill', path: '/servers/{survival}/console', act: askToKill },
  { name: 'menu', path: '/', act: openMenu, sizes: ['narrow'] },
  { name: 'unknown-server', path: '/servers/nobody/console' },
  { name: 'unknown-page', path: '/nowhere' },
];

/** The same in German, where long words need the room. */
export const german = [
  ['overview', '/'],
  ['console', '/servers/{survival}/console'],
  ['files', '/servers/{survival}/files'],
  ['server-settings', '/servers/{survival}/settings'],
  ['crashed', '/servers/{factorio}/console'],
  ['new-server', '/new'],
  ['network', '/network'],
  ['activity', '/activity'],
  ['settings', '/settings'],
].map(([name, path]) => ({ name: `german-${name}`, path, sizes: both, locale: 'de-DE', settle: 6_000 }));

/** One command typed and answered, so that the picture shows what a console is for. */
async function answered(page) {
  const line = page.getByRole('textbox', { name: 'Type a command' });
  await line.fill('list');
  await line.press('Enter');
  await page.waitForTimeout(1200);
}

/** Until what was typed has been looked for. */
async function rest(page) {
  await page.waitForTimeout(1500);
}

async function askToKill(page) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('kill survival');
  await page.getByRole('option', { name: 'Kill Survival' }).click();
}

async function openMenu(page) {
  await page.getByRole('button', { name: 'Menu' }).click();
}

function steps(...list) {
  return async (page, context) => {
    for (const step of list) await step(page, context);
  };
}
