/** Lines of eight assets of three types in two projects: enough for several shards, small enough to read. */
export function tinyCatalog(): string[] {
  return [
    tinyLine({ type: 'project', project: null, code: 'sales' }),
    tinyLine({ type: 'project', project: null, code: 'stock' }),
    ...['sales', 'stock'].flatMap((project) => [
      tinyLine({ type: 'database_sql', project, code: 'daily' }),
      tinyLine({ type: 'database_sql', project, code: 'weekly' }),
      tinyLine({ type: 'python', project, code: 'clean' }),
    ]),
  ];
}

interface Given {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly definition?: Readonly<Record<string, unknown>>;
}

/** The line of an asset document with everything that is not given. */
export function tinyLine({ definition = { text: 'select 1' }, ...identity }: Given): string {
  return JSON.stringify({
    ...identity,
    segment: null,
    name: `Asset ${identity.code}`,
    owner: 'user-a',
    changedAt: '2026-06-01T08:00:00+08:00',
    changedBy: 'user-b',
    labels: {},
    references: [],
    definition,
  });
}
