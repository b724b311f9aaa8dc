/** A password, token or key with its text, in an operation, in variables, or in either within stored JSON. */
const secret =
  /\b(password|newPassword|currentPassword|accessToken|refreshToken|token)(\\*"?\s*:\s*)(\\*)".*?(?<!\\)\3"/gisu;

const blank = (text: string) => text.replace(secret, '$1$2$3"$3"');

type SimpleStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear' | 'length'>;

/** Keeps GraphiQL's tabs and history over a reload, but never what was typed or answered as a secret. */
export function storageWithoutSecrets(storage: Storage): SimpleStorage {
  return {
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => {
      storage.setItem(key, blank(value));
    },
    removeItem: (key) => {
      storage.removeItem(key);
    },
    clear: () => {
      storage.clear();
    },
    get length() {
      return storage.length;
    },
  };
}
