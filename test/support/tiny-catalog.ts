/** Lines of eight assets of three types in two projects: enough for several shards, small enough to read. */
export function tinyCatalog(): string[] {
  return [
    document({ type: 'project', project: null, code: 'sales' }),
    document({ type: 'project', project: null, code: 'stock' }),
    ...['sales', 'stock'].flatMap((project) => [
      document({ type: 'database_sql', project, code: 'daily' }),
      document({ type: 'database_sql', project, code: 'weekly' }),
      document({ type: 'python', project, code: 'clean' }),
    ]),
  ];
}

interface Given {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly definition?: Readonly<Record<string, unknown>>;
}

function document({ definition = { text: 'select 1' }, ...identity }: Given): string {
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
