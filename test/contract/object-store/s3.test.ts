import { readFileSync } from 'node:fs';
import { beforeAll } from '@jest/globals';
import {
  createS3ObjectStore,
  ensureBucket,
} from '../../../activities/adapters/object-store/s3/s3-object-store';
import { parseSettings } from '../../../schemas/settings';
import { provesObjectStore } from './object-store-contract';

const settings = () => parseSettings(process.env, (path) => readFileSync(path, 'utf8')).objectStore;

beforeAll(() => ensureBucket(settings()));

provesObjectStore('S3', () => createS3ObjectStore(settings()));
