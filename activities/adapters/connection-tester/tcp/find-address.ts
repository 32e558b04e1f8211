/** Where a TCP connection goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Ports of URLs that name none. */
const portOf: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  hive2: 10_000,
  mysql: 3306,
  oracle: 1521,
  postgresql: 5432,
  postgres: 5432,
};

/**
 * The address in the settings of a source: members `host` and `port`, or a URL in `url` or `jdbcUrl`,
 * JDBC's too. Undefined where there is none.
 *
 * @example findAddress({ url: 'jdbc:postgresql://db.example/sales' }); // db.example, 5432
 */
export function findAddress(connection: Readonly<Record<string, unknown>>): Address | undefined {
  const { host } = connection;
  const port = toPort(connection['port']);
  if (typeof host === 'string' && host !== '' && port !== undefined) return { host, port };
  for (const member of ['url', 'jdbcUrl']) {
    const text = connection[member];
    const found = typeof text === 'string' ? parseUrl(text) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function parseUrl(text: string): Address | undefined {
  const plain = text.replace(/^jdbc:/, '');
  if (!URL.canParse(plain)) return undefined;
  const { protocol, hostname, port } = new URL(plain);
  const number = port === '' ? portOf[protocol.slice(0, -1)] : toPort(port);
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === '' || number === undefined ? undefined : { host, port: number };
}

function toPort(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : undefined;
}
