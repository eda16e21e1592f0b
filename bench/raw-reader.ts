// A process of its own that does nothing but read a container's attach stream: what that costs by itself. Arguments: socket, container.
import { Engine } from './engine.ts';

const [socketPath = '', container = ''] = process.argv.slice(2);
await new Engine(socketPath).attach(container, () => {});
process.send?.('attached');
