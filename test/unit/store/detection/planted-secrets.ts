/** Text of a given alphabet and length that looks random and is the same at every call. */
export function scrambled(alphabet: string, length: number, seed = 7): string {
  let state = seed;
  let text = '';
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet[Math.floor(state / 65_536) % alphabet.length] ?? '';
  }
  return text;
}

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const hex = digits + 'abcdef';
const alphanumeric = digits + lower + upper;
const base64 = (text: string) => Buffer.from(text).toString('base64').replaceAll('=', '');

/** A secret made up here, the feature of gitleaks that is about it, and the text it is hidden in. */
export interface PlantedSecret {
  readonly feature: string;
  readonly secret: string;
  readonly text: string;
}

/**
 * Secrets of twenty services, put together when the test runs: no text of the project looks like one.
 */
export function plantedSecrets(): PlantedSecret[] {
  const plant = (
    feature: string,
    secret: string,
    frame = 'select 1 -- $ by hand',
  ): PlantedSecret => ({
    feature,
    secret,
    text: frame.replace('$', () => secret),
  });
  const header = base64(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
  const claims = base64(JSON.stringify({ sub: scrambled(digits, 10), name: 'Li Na' }));
  return [
    plant('aws-access-token', ['AK', 'IA'].join('') + scrambled(upper + '234567', 16)),
    plant('github-pat', ['gh', 'p_'].join('') + scrambled(alphanumeric, 36)),
    plant('github-fine-grained-pat', ['github', '_pat_'].join('') + scrambled(alphanumeric, 82)),
    plant('gitlab-pat', ['gl', 'pat-'].join('') + scrambled(alphanumeric, 20)),
    plant(
      'slack-bot-token',
      ['xo', 'xb'].join('') +
        `-${scrambled(digits, 12)}-${scrambled(digits, 12)}-${scrambled(alphanumeric, 24)}`,
    ),
    plant('jwt', [header, claims, scrambled(alphanumeric, 43)].join('.'), 'token $\n'),
    plant(
      'private-key',
      ['-----BEGIN RSA PRIV', 'ATE KEY-----\n'].join('') +
        scrambled(alphanumeric, 400) +
        ['\n-----END RSA PRIV', 'ATE KEY-----'].join(''),
    ),
    plant('gcp-api-key', ['AI', 'za'].join('') + scrambled(alphanumeric, 35), 'key=$;'),
    plant('stripe-access-token', ['sk', '_live_'].join('') + scrambled(alphanumeric, 30), '"$"'),
    plant('npm-access-token', ['np', 'm_'].join('') + scrambled(digits + lower, 36), "'$'"),
    plant('pypi-upload-token', ['pypi-', 'AgEIcHlwaS5vcmc'].join('') + scrambled(alphanumeric, 80)),
    plant('sendgrid-api-token', ['S', 'G.'].join('') + scrambled(alphanumeric, 66), '"$"'),
    plant('shopify-access-token', ['shp', 'at_'].join('') + scrambled(hex, 32)),
    plant('twilio-api-key', ['S', 'K'].join('') + scrambled(hex, 32)),
    plant('databricks-api-token', ['da', 'pi'].join('') + scrambled(hex, 32), '"$"'),
    plant('digitalocean-pat', ['dop', '_v1_'].join('') + scrambled(hex, 64), '"$"'),
    plant(
      'hashicorp-tf-api-token',
      `${scrambled(alphanumeric, 14)}.${['atlas', 'v1'].join('')}.${scrambled(alphanumeric, 65)}`,
    ),
    plant('huggingface-access-token', ['h', 'f_'].join('') + scrambled(lower, 34), '"$"'),
    plant(
      'openai-api-key',
      ['sk', '-'].join('') +
        scrambled(alphanumeric, 20) +
        ['T3Blbk', 'FJ'].join('') +
        scrambled(alphanumeric, 20, 9),
      '"$"',
    ),
    plant(
      'telegram-bot-api-token',
      `${scrambled(digits.slice(1), 9)}:A${scrambled(alphanumeric, 34)}`,
      'telegr_bot = "$"',
    ),
    plant('generic-api-key', scrambled(alphanumeric, 40), 'api_secret = "$"'),
  ];
}
