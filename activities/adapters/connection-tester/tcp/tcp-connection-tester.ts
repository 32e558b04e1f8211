import { connect } from 'node:net';
import type {
  ConnectionSettings,
  ConnectionTest,
  ConnectionTester,
} from '../../../ports/connection-tester';
import { findAddress, type Address } from './find-address';

/**
 * Tries a source by opening a TCP connection to its host and port and closing it again: that says
 * that the address is right and reachable, nothing about what is asked of it.
 */
export function createTcpConnectionTester(options: {
  readonly timeoutMs: number;
}): ConnectionTester {
  return {
    async test(connection: ConnectionSettings): Promise<ConnectionTest> {
      const address = findAddress(connection);
      if (address === undefined) {
        return { tried: false, reached: false, reason: 'the settings name no host and port' };
      }
      const failure = await open(address, options.timeoutMs);
      return { tried: true, reached: failure === null, reason: failure };
    },
  };
}

/** Null where the connection was opened, else why not. */
function open({ host, port }: Address, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (why: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why === null ? null : `${host}:${port}: ${why}`);
    };
    const timer = setTimeout(() => end('no answer in time'), timeoutMs);
    socket.once('connect', () => end(null));
    socket.once('error', (error) => end((error as NodeJS.ErrnoException).code ?? error.name));
  });
}
