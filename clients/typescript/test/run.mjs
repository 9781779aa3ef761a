// Compiles the sources and the tests, runs the tests, and says the totals as Maven does: npm test
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const REPORT = 'target/node-reports/TEST-typescript.xml';
const node = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

for (const folder of ['dist', 'target']) {
  rmSync(folder, { recursive: true, force: true });
}
try {
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
  node('node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json');
  const tests = 'target/test/test/';
  mkdirSync('target/node-reports', { recursive: true });
  node(
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./test/report.mjs',
    `--test-reporter-destination=${REPORT}`,
    ...readdirSync(tests)
      .filter((file) => file.endsWith('.test.js'))
      .map((file) => tests + file),
  );
} catch {
  process.exitCode = 1; // what is wrong was told already
}
const totals = /tests="(\d+)" errors="(\d+)" skipped="(\d+)" failures="(\d+)"/.exec(read(REPORT));
if (totals !== null) {
  const [, tests, errors, skipped, failures] = totals;
  console.log(
    `[INFO] Tests run: ${tests}, Failures: ${failures}, Errors: ${errors}, Skipped: ${skipped}`,
  );
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // nothing was run: it did not compile
  }
}
