import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogLoaded, CatalogStats } from '../../../client';
import { hasRealDbt, realManifest } from '../../integration/catalog/dbt/dbt-world';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand } from '../../support/run-command';

const describeReal = hasRealDbt ? describe : describe.skip;

describeReal(
  'gantry catalog load of dbt manifests (skipped where ../shared/real/dbt is missing)',
  () => {
    let installation: Installation;

    beforeAll(async () => {
      installation = await createInstallation();
      await installation.admin.tenants.create({ code: 'retail', timeZone: 'UTC' });
    });

    afterAll(() => installation.close());

    async function gantry<T>(...args: readonly string[]): Promise<T> {
      const environment = { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
      const { status, stdout } = await runCommand(['catalog', ...args, '--json'], environment);
      expect(status).toBe(0);
      return JSON.parse(stdout) as T;
    }

    it('RUN-18 brings a project from one real manifest to the next and finds its assets', async () => {
      const load = (name: string) =>
        gantry<CatalogLoaded>('load', realManifest(name), '--project', 'zendesk');
      const first = await load('zendesk.2026-03-09.80243ded');
      expect(first).toMatchObject({ format: 'dbt', lines: 907, created: 908, findings: [] });
      const second = await load('zendesk.2026-06-22.d4a8aa37');
      expect(second).toMatchObject({ lines: 917, created: 20, deleted: 10 });
      const stats = await gantry<CatalogStats>('stats');
      expect(stats).toMatchObject({ assets: 918, deleted: 10, danglingReferences: 0 });
      const code = 'model.zendesk.int_zendesk__ticket_resolution_time_business_combined';
      const ref = ['show', 'compute_task', code, '--project', 'zendesk'];
      const shown = await gantry<{ changedAt: string; document: { labels: object } }>(...ref);
      expect(shown.changedAt).toBe('2026-06-23T02:11:51.115Z');
      expect(shown.document.labels).toMatchObject({ 'dbt.package': 'zendesk' });
    });
  },
);
