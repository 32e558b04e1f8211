import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderFailures } from './render-failures';

writeFileSync(path.join(__dirname, '..', '..', 'docs', 'failures.md'), renderFailures());
