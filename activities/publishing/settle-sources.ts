import type { LoadedShard } from '../../store/publishing/load-shard';
import type { ShardFindings } from '../../store/publishing/judge-shard';
import { describeIdentity, toPublishFinding } from '../../store/publishing/publish-findings';
import type { OnlineSettings } from '../../store/publishing/record-shard';
import {
  connectionOf,
  readSourcesOfShard,
  resolveSource,
  type ResolvedSource,
  type SourceRow,
} from '../../store/publishing/source-settings';
import type { Dependencies } from '../dependencies';
import { publishingPorts } from './publishing-ports';

/**
 * Fills in what the sources of a shard came without, and tries those for which something was entered
 * here (REL-45). A source that still lacks something, or does not answer, fails.
 */
export async function settleSources(
  dependencies: Dependencies,
  { run, shard }: LoadedShard,
  findings: ShardFindings,
): Promise<OnlineSettings[]> {
  const { database, encryptionKey } = dependencies;
  const settings: OnlineSettings[] = [];
  for (const row of await readSourcesOfShard(database, { runId: run.id, shard })) {
    const resolved = resolveSource(encryptionKey, row);
    const missing = (['connection', 'authentication'] as const).filter(
      (setting) => resolved.origins[setting] === 'missing',
    );
    if (missing.length > 0) {
      const reason = `${describeIdentity(row)} has no ${missing.join(' and no ')} information`;
      findings.add(row.number, toPublishFinding('SourceSettingsMissing', row, reason));
    } else if (Object.values(resolved.origins).includes('entered')) {
      await trySource(dependencies, { row, resolved }, findings);
    }
    settings.push({
      assetId: row.asset_id,
      sealedConnection: resolved.sealed.connection,
      sealedAuthentication: resolved.sealed.authentication,
    });
  }
  return settings;
}

async function trySource(
  dependencies: Dependencies,
  { row, resolved }: { row: SourceRow & { readonly number: number }; resolved: ResolvedSource },
  findings: ShardFindings,
): Promise<void> {
  const { connectionTester } = publishingPorts(dependencies);
  if (connectionTester === undefined) return;
  const { tried, reached, reason } = await connectionTester.test(
    connectionOf(dependencies.encryptionKey, row, resolved),
  );
  if (tried && reached) return;
  const code = tried ? 'SourceUnreachable' : 'SourceNotTested';
  findings.add(row.number, toPublishFinding(code, row, reason ?? 'it does not answer'));
}
