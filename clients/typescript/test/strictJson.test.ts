import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, integer, isId, NotJsonError, objects, readObject } from '../src/strictJson.js';

const read = (text: string): unknown => readObject(Buffer.from(text, 'utf8'));

test('objects are read', () => {
  assert.deepEqual(read('{"a":[1,{"a":"\\"a\\":"}],"b":{"a":null}}'), {
    a: [1, { a: '"a":' }],
    b: { a: null },
  });
});

test('everything else is refused', () => {
  for (const text of [
    '',
    '[]',
    '1',
    '"{}"',
    '{',
    '{}{}',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '/**/{}',
    '{"a":NaN}',
    '\ufeff{}',
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '{"b":[{"a":{},"a" : 1}]}',
    '{"a":'.repeat(9) + '1' + '}'.repeat(9),
  ]) {
    assert.throws(() => read(text), NotJsonError, text);
  }
  assert.throws(() => readObject(Buffer.from([0x7b, 0xff, 0x7d])), NotJsonError);
});

test('the same name may stand in several objects', () => {
  read('{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"\\\\","d":"{\\"a\\":1,\\"a\\":2}"}');
});

test('members are of their type', () => {
  const object = readObject(
    Buffer.from('{"n":1.5,"big":9007199254740993,"t":"2026-11-21","list":[1]}'),
  );
  assert.throws(() => integer(object, 'n'), NotJsonError);
  assert.throws(() => integer(object, 'big'), NotJsonError);
  assert.throws(() => integer(object, 'toString'), NotJsonError);
  assert.throws(() => instant(object, 't'), NotJsonError);
  assert.throws(() => objects(object, 'list'), NotJsonError);
});

test('ids are positive, of 64 bits, and spelled in one way', () => {
  assert.ok(isId('1') && isId('9223372036854775807'));
  for (const text of ['', '0', '01', '-1', '+1', '1.0', '9223372036854775808', '1'.repeat(20)]) {
    assert.ok(!isId(text), text);
  }
});
