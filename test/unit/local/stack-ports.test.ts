import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { chooseStackPorts, portNames } from '../../../local/stack-ports';

describe('chooseStackPorts', () => {
  it('RUN-16 draws a port of its own for every name, below those of outgoing connections', async () => {
    const ports = Object.values<number>({ ...(await chooseStackPorts()) });
    expect(new Set(ports).size).toBe(portNames.length);
    expect(ports.every((port) => port >= 20_000 && port <= 31_999)).toBe(true);
  });

  it('RUN-16 keeps the remembered ports', async () => {
    const first = await chooseStackPorts();
    expect(await chooseStackPorts(first)).toEqual(first);
  });

  it('RUN-16 draws anew only the remembered port that another process took', async () => {
    const first = await chooseStackPorts();
    const { temporal: taken, ...others } = first;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
    const { temporal, ...kept } = await chooseStackPorts(first);
    await new Promise((resolve) => server.close(resolve));
    expect(temporal).not.toBe(taken);
    expect(kept).toEqual(others);
  });

  it('never gives one port two names, even when both remember it', async () => {
    const { temporal } = await chooseStackPorts();
    const ports = await chooseStackPorts({ temporal, postgres: temporal });
    expect(new Set(Object.values(ports)).size).toBe(portNames.length);
  });
});
