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
  close(): Promise<void>;
}

/**
 * Forwards a free port of the loopback to `target`, `host:port`. With `delayMs` each piece that is
 * sent to the server waits so long, which makes every request take time.
 */
export async function startTcpProxy(target: string, delayMs = 0): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
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
    if (delayMs === 0) inner.pipe(outer);
    else inner.pipe(delaying(delayMs)).pipe(outer);
    outer.pipe(inner);
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
  return { port, cut, mend, close: cut };
}

function delaying(delayMs: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => done(null, chunk), delayMs);
    },
  });
}
