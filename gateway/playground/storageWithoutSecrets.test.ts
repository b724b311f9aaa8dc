import { expect, test } from '@jest/globals';
import { storageWithoutSecrets } from './storageWithoutSecrets.ts';

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => {
      items.clear();
    },
    key: () => null,
    get length() {
      return items.size;
    },
  };
}

const stored = (value: string) => {
  const storage = storageWithoutSecrets(memory());
  storage.setItem('key', value);
  return storage.getItem('key');
};

test('a password in an operation is not stored', () => {
  expect(stored('{ login(input: { email: "a@b.example", password: "hunter \\" 2" }) { accessToken } }')).toBe(
    '{ login(input: { email: "a@b.example", password: "" }) { accessToken } }',
  );
});

test('nor in variables, nor in a tab, nor in a tab within a tab', () => {
  const variables = JSON.stringify({ email: 'a@b.example', password: 'hunter2', refreshToken: 'r.s.t' }, null, 2);
  const tab = JSON.stringify({ tabs: [{ variables, response: '{ "accessToken": "e30.e30.sig" }' }] });
  for (const value of [variables, tab, JSON.stringify({ tab })]) {
    expect(stored(value)).not.toMatch(/hunter2|r\.s\.t|sig/u);
    expect(stored(value)).toContain('a@b.example');
  }
  expect(JSON.parse(stored(tab) ?? '')).toHaveProperty('tabs');
});

test('what is no secret is stored as it is', () => {
  const text = '{ customers(first: 3, filter: { email: { eq: "token" } }) { totalCount } }';
  expect(stored(text)).toBe(text);
});
