import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HOME = fileURLToPath(new URL('../../..', import.meta.url));

test('what users import is the verifier, by the name of the package', async () => {
  const published = (await import('@usercenter/player-token' as string)) as object;
  assert.deepEqual(Object.keys(published), ['TokenVerifier']);
});

test('the package holds the built files and needs nothing else', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: HOME,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(output) as [{ files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  assert.ok(paths.includes('dist/index.js') && paths.includes('dist/index.d.ts'));
  assert.ok(paths.includes('README.md'));
  const others = paths.filter((path) => !/^(dist\/.*\.(d\.ts|js)|package\.json|README\.md)$/.test(path));
  assert.deepEqual(others, []);
});
