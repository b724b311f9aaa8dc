export type Choice = 'light' | 'dark' | 'system';

const choices: readonly Choice[] = ['system', 'light', 'dark'];
const key = 'metatron:theme';

export function storedTheme(): Choice {
  const stored = localStorage.getItem(key);
  return choices.find((choice) => choice === stored) ?? 'system';
}

export const storeTheme = (choice: Choice): void => {
  localStorage.setItem(key, choice);
};

/** Follows the system until somebody chooses. */
export function ThemeSwitch({ value, onChange }: { value: Choice; onChange: (choice: Choice) => void }) {
  return (
    <fieldset className="theme">
      <legend>Theme</legend>
      {choices.map((choice) => (
        <label key={choice} title={`Theme: ${choice}`}>
          <input type="radio" name="theme" checked={choice === value} onChange={() => onChange(choice)} />
          <span>{choice === 'system' ? 'Auto' : choice === 'light' ? 'Light' : 'Dark'}</span>
        </label>
      ))}
    </fieldset>
  );
}
