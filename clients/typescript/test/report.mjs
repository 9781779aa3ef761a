// A reporter for `node --test`: the totals in one line of the form that Maven's reports have.
export default async function* report(source) {
  const count = { tests: 0, failures: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if ((type === 'test:pass' || type === 'test:fail') && data.details?.type !== 'suite') {
      count.tests++;
      count.failures += type === 'test:fail' ? 1 : 0;
      count.skipped += data.skip === undefined && data.todo === undefined ? 0 : 1;
    }
  }
  const { tests, failures, skipped } = count;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuite name="typescript" tests="${tests}" errors="0" skipped="${skipped}" failures="${failures}"/>\n`;
}
