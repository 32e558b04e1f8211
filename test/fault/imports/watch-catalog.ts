import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** What a reader saw of a catalog. */
export interface SeenCatalog {
  /** When the watching began. */
  readonly before: string;
  /** One after another, each as long as it lasted. */
  readonly states: readonly string[];
}

/** A reader of a tenant's catalog in a connection of its own. */
export interface CatalogWatch {
  /** What is there, all of it in one snapshot. */
  now(): Promise<string>;
  /** Ends the watching; what is there last is part of what was seen. */
  stop(): Promise<SeenCatalog>;
}

const everyMs = 25;

/** Asks again and again what a tenant holds, also while the server is away. */
export async function watchCatalog(url: string, tenant: string): Promise<CatalogWatch> {
  const now = (): Promise<string> => untilAnswered(url, tenant);
  const before = await now();
  const states = [before];
  const stop = new AbortController();
  const note = (state: string): void => {
    if (state !== states.at(-1)) states.push(state);
  };
  const watching = (async () => {
    while (!stop.signal.aborted) await readOften(url, { tenant, note, signal: stop.signal });
  })();
  return {
    now,
    async stop() {
      stop.abort();
      await watching;
      note(await now());
      return { before, states };
    },
  };
}

/** Until the server goes away, or enough was seen. */
async function readOften(
  url: string,
  {
    tenant,
    note,
    signal,
  }: {
    readonly tenant: string;
    readonly note: (state: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  try {
    await connected(url, async (client) => {
      while (!signal.aborted) {
        note(await readState(client, tenant));
        await sleep(everyMs);
      }
    });
  } catch {
    await sleep(everyMs);
  }
}

async function untilAnswered(url: string, tenant: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await connected(url, (client) => readState(client, tenant));
    } catch (error) {
      if (tries === 400) throw error;
      await sleep(everyMs * 4);
    }
  }
}

async function connected<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readState(client: Client, tenant: string): Promise<string> {
  const { rows } = await client.query<{ state: string }>(
    `select concat_ws('/', count(*), sum(a.version), max(a.version),
       md5(string_agg(concat_ws(' ', a.id, a.version, encode(a.digest, 'hex')), ',' order by a.id)))
       as state
     from assets a join tenants t on t.id = a.tenant_id
     where t.code = $1 and a.deleted_at is null`,
    [tenant],
  );
  return rows[0]?.state ?? '';
}
