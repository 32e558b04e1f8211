import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { buildStackEnvironment } from '../../local/stack-environment';
import { buildStackPaths } from '../../local/stack-paths';
import { settingNames } from '../../schemas/setting-variables';
import { parseSettings, type Settings } from '../../schemas/settings';

interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
}

const root = join(__dirname, '..', '..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  readonly name?: string;
  readonly services: Readonly<Record<string, Service>>;
};
const { services } = compose;
const given: Readonly<Record<string, string>> = {
  GANTRY_DATABASE_PASSWORD: 'p@ss/word',
  GANTRY_S3_ACCESS_KEY: 'access',
  GANTRY_S3_SECRET_KEY: 'secret',
  GANTRY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
  GANTRY_ADMIN_TOKEN_FILE: './admin.token',
};

describe('docker-compose.yml', () => {
  it('RUN-32 has every part of an installation', () => {
    expect(Object.keys(services)).toEqual([
      ...['postgres', 'temporal-schema', 'temporal', 'temporal-ui'],
      ...['minio', 'prepare', 'worker'],
    ]);
    expect(compose.name).toBeUndefined();
  });

  it('RUN-32 checks the health of everything that keeps running', () => {
    const lasting = Object.values(services).filter(({ restart }) => restart === 'unless-stopped');
    expect(lasting).toHaveLength(5);
    const tests = lasting.map(({ healthcheck }) => healthcheck?.test ?? []);
    expect(tests.filter((test) => test.length < 2 || !test.every(isText))).toEqual([]);
  });

  it('RUN-32 waits only for services that exist, healthy ones or ones that end', () => {
    for (const { depends_on: needs = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        expect(condition).toBe(
          services[name]?.healthcheck === undefined
            ? 'service_completed_successfully'
            : 'service_healthy',
        );
      }
    }
    expect(Object.keys(services['worker']?.depends_on ?? {})).toEqual(['prepare']);
  });

  it('RUN-22 RUN-32 binds every port to loopback', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.map((port) => port.split(':')[2])).toEqual(['5432', '7233', '8080', '9000']);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('RUN-32 sets only variables that the settings know', () => {
    const names = ['prepare', 'worker'].flatMap((name) => Object.keys(environmentOf(name)));
    const known = new Set([...settingNames, 'GANTRY_ADMIN_TOKEN_FILE']);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(['prepare', 'worker'])('RUN-32 gives %s settings that are valid', (name) => {
    const settings = settingsOf(name);
    expect(settings.database.url).toBe('postgres://gantry:p%40ss%2Fword@postgres:5432/gantry');
    expect(settings.temporal.address).toBe('temporal:7233');
    expect(settings.objectStore).toMatchObject({
      endpoint: 'http://minio:9000',
      publicEndpoint: 'http://127.0.0.1:9000',
      accessKey: 'access',
      secretKey: 'secret',
    });
  });

  it('RUN-32 uses the namespace, bucket and queues of the embedded stack', () => {
    const ports = { postgres: 1, temporal: 2, temporalUi: 3, temporalHttp: 4, temporalMetrics: 5 };
    const environment = buildStackEnvironment(buildStackPaths('/x'), {
      ...ports,
      objectStoreConsole: 20_007,
      objectStore: 6,
    });
    const embedded = parseSettings(environment, (path) =>
      path.endsWith('encryption.key') ? (given['GANTRY_ENCRYPTION_KEY'] ?? '') : 'secret',
    );
    expect(sharedNames(settingsOf('worker'))).toEqual(sharedNames(embedded));
  });

  it('RUN-32 stops without a value for each secret', () => {
    const required = [...text('docker-compose.yml').matchAll(/\$\{(\w+):\?[^}]+\}/g)];
    expect([...new Set(required.map(([, name]) => name))].sort()).toEqual(
      Object.keys(given).sort(),
    );
  });

  it('RUN-20 RUN-32 gives the servers the secrets of the worker, and no literal ones', () => {
    const { GANTRY_DATABASE_PASSWORD: password, GANTRY_S3_SECRET_KEY: secret } = given;
    expect(environmentOf('postgres')).toMatchObject({ POSTGRES_PASSWORD: password });
    expect(environmentOf('temporal')).toMatchObject({ POSTGRES_PWD: password });
    expect(environmentOf('temporal-schema')).toMatchObject({ SQL_PASSWORD: password });
    expect(environmentOf('minio')).toMatchObject({ MINIO_ROOT_PASSWORD: secret });
    const literal = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(
        ([name, value]) => /PASSWORD|PWD|SECRET|_KEY$/.test(name) && !value.startsWith('${'),
      ),
    );
    expect(literal).toEqual([]);
  });

  it('RUN-32 pins every image, at the versions of the embedded stack', () => {
    const images = Object.values(services).map(({ image }) => image);
    expect(images.filter((image) => !/:[\w.-]*\d[\w.-]*$/.test(image))).toEqual([]);
    const goModule = text('tools/temporal/go.mod');
    const server = /go\.temporal\.io\/server v([\d.]+)/.exec(goModule)?.[1] ?? 'none';
    const ui = /temporalio\/ui-server\/v2 v([\d.]+)/.exec(goModule)?.[1] ?? 'none';
    const postgres = /linux-x64": "(\d+\.\d+)\./.exec(text('package.json'))?.[1] ?? 'none';
    expect(images).toEqual(
      expect.arrayContaining([
        `temporalio/server:${server}`,
        `temporalio/admin-tools:${server}`,
        `temporalio/ui:${ui}`,
        `postgres:${postgres}`,
      ]),
    );
  });
});

describe('Dockerfile', () => {
  it('RUN-32 builds in one stage and runs in another, pinned, not as root', () => {
    const lines = text('Dockerfile').split('\n');
    const bases = lines.filter((line) => line.startsWith('FROM '));
    expect(bases).toHaveLength(2);
    expect(bases.filter((line) => !/node:20\.\d+\.\d+-/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
  });

  it('RUN-20 RUN-32 leaves credentials and data out of the image', () => {
    const ignored = text('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.gantry', '.env', 'node_modules']));
  });
});

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** The variables of a service as compose fills them in. */
function environmentOf(name: string): Record<string, string> {
  const environment = services[name]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [variable, interpolate(value)]),
  );
}

function interpolate(value: string): string {
  return Object.entries(given)
    .reduce(
      (filled, [name, own]) => filled.replace(new RegExp(`\\$\\{${name}:[^}]*\\}`), own),
      value,
    )
    .replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

function settingsOf(name: string): Settings {
  return parseSettings(environmentOf(name));
}

function sharedNames({ temporal, objectStore, taskQueues, worker }: Settings) {
  const { region, bucket } = objectStore;
  return { namespace: temporal.namespace, region, bucket, taskQueues, roles: worker.roles };
}
