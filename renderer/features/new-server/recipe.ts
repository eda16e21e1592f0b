import type { EggImage } from '../../../shared/model/egg.ts';
import type { ServerVariable } from '../../../shared/model/server-variable.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { variablesOf } from '../../../shared/templates/variables.ts';
import type { CreateRequest, Draft } from './draft.ts';

/** What a form begins with; the id, the values and the agreement come by themselves. */
type DraftStart = Omit<Draft, 'id' | 'idFollows' | 'values' | 'hasAgreed'>;

/** What somebody must read and accept. `variable` null: the request says so (E17), and it can be accepted later as well. */
interface RecipeEula {
  label: string;
  url: string;
  variable: string | null;
  value: string;
}

/** What a new server is made by: a game's template, an egg, or an image with whatever is known of it. */
export interface Recipe {
  kind: 'template' | 'egg' | 'image';
  /** Its draft is kept under this name. */
  key: string;
  start: DraftStart;
  variables: readonly ServerVariable[];
  /** Told to its programs, always the same. */
  environment: Readonly<Record<string, string>>;
  /** What of the request nobody is asked about. */
  fixed: Pick<
    CreateRequest,
    'freeze' | 'players' | 'console' | 'installer' | 'config_files' | 'egg' | 'template'
  >;
  /** What it may be started from and by, where that is a choice. */
  images: readonly EggImage[];
  startups: readonly { name: string; command: string }[];
  eula: RecipeEula | null;
  /** In MiB; null: nobody knows. */
  memory: Template['memory'] | null;
}

/** Any image, of which nothing is known. */
export const blankStart: DraftStart = {
  name: '',
  image: '',
  startup: '',
  entrypoint: 'shell',
  ready: '',
  stopBy: 'signal',
  stop: 'SIGTERM',
  stopSeconds: 30,
  install: '',
  dataPath: '',
  timeZone: '',
  owner: '',
  user: null,
  readOnlyRoot: false,
  tty: true,
  autoStart: false,
  restart: true,
  ports: [],
  memory: 1024,
  cpu: null,
  disk: 1024,
  environment: [],
};

/** An image, with what is known of it. */
export const imageRecipe = (start: Partial<DraftStart> = {}, key = ''): Recipe => ({
  kind: 'image',
  key,
  start: { ...blankStart, ...start },
  variables: [],
  environment: {},
  fixed: {},
  images: [],
  startups: [],
  eula: null,
  memory: null,
});

export const anyImageRecipe: Recipe = imageRecipe();

/** `id`: the template's name in addresses. */
export const templateRecipe = (template: Template, id: string): Recipe => ({
  kind: 'template',
  key: template.name,
  start: {
    ...blankStart,
    name: template.name,
    image: template.image,
    startup: template.startup.join('\n'),
    ready: template.ready ?? '',
    stopBy: template.stop.command === undefined ? 'signal' : 'command',
    stop: template.stop.command ?? template.stop.signal ?? 'SIGTERM',
    stopSeconds: template.stop.timeout,
    install: template.install?.join('\n') ?? '',
    dataPath: template.data_path ?? '',
    user: template.user ?? null,
    ports: template.ports.map((port) => ({ ...port, host: port.container })),
    memory: template.memory.recommended,
    disk: template.disk,
  },
  variables: variablesOf(template),
  environment: template.environment,
  fixed: {
    freeze: template.freeze ?? null,
    players: template.players ?? null,
    console: template.console ?? null,
    template: id,
  },
  images: [],
  startups: [],
  eula: template.eula,
  memory: template.memory,
});
