import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Transform } from 'node:stream';

/** A port in front of a server, which a test can take away and give back. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Listens again on the same port. */
  mend(): Promise<void>;
  /** Lets each connection carry only so many bytes a second, both ways; undefined: as many as there are. */
  slow(bytesPerSecond: number | undefined): void;
  close(): Promise<void>;
}

/**
 * Forwards a free port of the loopback to `target`, `host:port`. With `delayMs` each piece that is
 * sent to the server waits so long, which makes every request take time.
 */
export async function startTcpProxy(target: string, delayMs = 0): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
  let bytesPerSecond: number | undefined;
  const held = (extraMs: number): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const paceMs = bytesPerSecond === undefined ? 0 : (chunk.length / bytesPerSecond) * 1000;
        const waitMs = extraMs + paceMs;
        if (waitMs === 0) done(null, chunk);
        else setTimeout(() => done(null, chunk), waitMs);
      },
    });
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((inner) => {
    const outer = connect(Number(targetPort), hostname);
    keep(inner);
    keep(outer);
    // A client that is killed must not leave a session behind.
    inner.once('close', () => outer.destroy());
    outer.once('close', () => inner.destroy());
    inner.pipe(held(delayMs)).pipe(outer);
    outer.pipe(held(0)).pipe(inner);
  });
  const listen = async (wanted: number): Promise<number> => {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const mend = async (): Promise<void> => {
    if (!server.listening) await listen(port);
  };
  const slow = (rate: number | undefined): void => void (bytesPerSecond = rate);
  return { port, cut, mend, slow, close: cut };
}
