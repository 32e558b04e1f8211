import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { PipelineError } from '../schemas/pipeline-error';

/** What listens in an embedded stack, each on a loopback port of its own. */
export const portNames = [
  'postgres',
  'temporal',
  'temporalUi',
  'temporalHttp',
  'temporalMetrics',
  'objectStore',
  'objectStoreConsole',
] as const;
export type PortName = (typeof portNames)[number];
export type StackPorts = Readonly<Record<PortName, number>>;

// Below the range from which Linux takes the ports of outgoing connections (32768 and up).
const firstPort = 20_000;
const lastPort = 31_999;
const draws = 200;

/**
 * A free loopback port for every name: the remembered one where it is still free, else one drawn
 * at random. All are bound at the same time before any is let go, so that no two are the same.
 */
export async function chooseStackPorts(remembered: Partial<StackPorts> = {}): Promise<StackPorts> {
  const held: Server[] = [];
  try {
    const chosen: Partial<Record<PortName, number>> = {};
    for (const name of portNames) {
      const port = remembered[name];
      if (port === undefined) continue;
      const server = await hold(port);
      if (server === undefined) continue;
      held.push(server);
      chosen[name] = port;
    }
    for (const name of portNames) chosen[name] ??= await draw(held);
    return chosen as StackPorts;
  } finally {
    await Promise.all(held.map(release));
  }
}

async function draw(held: Server[]): Promise<number> {
  for (let attempt = 0; attempt < draws; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    const server = await hold(port);
    if (server === undefined) continue;
    held.push(server);
    return port;
  }
  throw new PipelineError('PortsUnavailable', { range: `${firstPort}-${lastPort}` });
}

/** Binds the port, or says that it cannot be had by giving nothing. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
