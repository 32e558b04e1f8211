import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  compileFeatures,
  type CompiledFeature,
  type CompiledFeatures,
} from '../../../../store/detection/compile-features';
import { scanDocument } from '../../../../store/detection/scan-document';
import { scanText } from '../../../../store/detection/scan-text';
import { hasRealData, readRealCatalog } from '../../../support/real-data';
import { plantedSecrets } from './planted-secrets';

const describeReal = hasRealData ? describe : describe.skip;

describeReal('the 222 features of gitleaks', () => {
  const patterns = new Map<string, string>();
  let features: CompiledFeatures;

  beforeAll(async () => {
    const read: { code: string; definition: unknown }[] = [];
    for await (const { type, code, definition } of readRealCatalog('standards-and-metrics')) {
      if (type !== 'detection_feature') continue;
      read.push({ code, definition });
      patterns.set(code, (definition['regex'] as string | undefined) ?? '');
    }
    features = compileFeatures(read);
  });

  it('REL-26 are all supported', () => {
    expect(features.features).toHaveLength(222);
    expect(features.unsupported).toEqual([]);
  });

  it.each(plantedSecrets())(
    'REL-26 RUN-20 find a planted $feature and do not repeat it',
    (planted) => {
      const line = JSON.stringify({
        ...{ type: 'database_sql', project: 'p', code: 'c', name: 'Daily' },
        definition: { body: planted.text },
      });
      const found = scanDocument(features, line);
      expect(found.map(({ feature }) => feature)).toContain(planted.feature);
      expect(JSON.stringify(found)).not.toContain(planted.secret.slice(0, 8));
    },
  );

  it('REL-26 find nothing in what only looks like code', () => {
    const body = [
      'SELECT primary_key, api_version, access_level FROM tokens WHERE key = ${token}',
      '-- see https://example.org/api/keys?token=TOKEN and AKIAIOSFODNN7EXAMPLE',
      'password = getPassword("database")',
    ].join('\n');
    expect(scanDocument(features, JSON.stringify({ type: 'shell', definition: { body } }))).toEqual(
      [],
    );
  });

  // Backtracking takes 64 times as long and more for eight times the text, or never ends.
  it('REL-26 take time in proportion to the text, each on a megabyte made of its own beginnings', () => {
    for (const feature of features.features) {
      if (feature.pattern === undefined) continue;
      const source = patterns.get(feature.code) ?? '';
      const short = cpuMs(feature, worstInput(feature, source, 131_072));
      const long = cpuMs(feature, worstInput(feature, source, 1_048_576));
      expect({ feature: feature.code, isLinear: long <= 8 * 4 * short + 2_000 }).toEqual({
        feature: feature.code,
        isLinear: true,
      });
    }
  }, 600_000);
});

/** Long repetitions of the keyword, alone and before what may follow it, and of the pattern’s own letters. */
function worstInput(feature: CompiledFeature, source: string, units: number): string {
  const keyword = feature.keywords[0] ?? 'secret';
  const letters =
    source
      .replace(/\\[bsSdDwWAzZ]|\(\?[a-zA-Z-]*:?/g, '')
      .replace(/[[\](){}|*+?^$\\]/g, '')
      .slice(0, 20) || 'a';
  const repeated = (unit: string) => unit.repeat(Math.ceil(units / 4 / unit.length));
  return [
    repeated(keyword),
    keyword + repeated('a'),
    repeated(`${keyword}${'A0'.repeat(40)} `),
    repeated(letters),
  ].join('\n');
}

function cpuMs(feature: CompiledFeature, text: string): number {
  const before = process.cpuUsage();
  const steps = scanText(feature, { text, fileName: undefined });
  while (steps.next().done !== true);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
