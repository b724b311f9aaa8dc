import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { renderTemplate, TemplateError, textOf, variablesIn } from './template.ts';
import { fillVariables, type TemplateVariable } from './templateVariables.ts';

describe('a template', () => {
  it.each([
    ["{% include 'x' %}"],
    ["{% render 'x' %}"],
    ["{% layout 'x' %}"],
    ['{{ x | raw }}'],
    ["{{ x | where_exp: 'i', 'secret' }}"],
    ['{{ x | shout }}'],
    ['{{ x'],
    ['{% for i in (1..100000000) %}a{% endfor %}'],
    ['{{ x.constructor }}'],
    ['{{ x.__proto__ }}'],
    ['{{ constructor }}'],
    ['{% for i in (1..9999) %}{% for j in (1..9999) %}{{ x }}{% endfor %}{% endfor %}'],
  ])('as %s is refused', (source) => {
    expect(() => renderTemplate(source, { x: 'value' }, 'text')).toThrow(TemplateError);
  });

  it('tells the names that it takes from outside, also those inside conditions and loops', () => {
    const source = '{% for i in items %}{{ i.name }}{% if vip %}{{ gift | upcase }}{% endif %}{% endfor %}';
    expect(variablesIn(source, 'html')).toEqual(['items', 'vip', 'gift']);
  });

  it('never lets a value become markup, and gives it back as it was in the text beside', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const html = renderTemplate('<p>{{ value }}</p>', { value }, 'html');
        expect(html.slice(3, -4)).not.toMatch(/[<>"']/);
        expect(textOf(`<b>[</b>${html}]`).replaceAll(/\s/g, '')).toBe(`[${value}]`.replaceAll(/\s/g, ''));
      }),
    );
  });

  it('writes a link’s address beside its words', () => {
    expect(textOf('<style>p {}</style><p>Go <a href="https://a.example/?a=1&amp;b=2">here</a><br>now</p>')).toBe(
      'Go here (https://a.example/?a=1&b=2)\nnow',
    );
  });
});

describe('the values of a template', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^v[a-z]{1,7}$/), { minLength: 1, maxLength: 5 });

  it('must be there: whichever is missing is an error, both before and while it is filled', () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, place) => {
        const missing = all[place % all.length] ?? '';
        const data = Object.fromEntries(all.filter((name) => name !== missing).map((name) => [name, 'value']));
        const variables = all.map((name): TemplateVariable => ({ name, type: 'text', required: true }));
        expect(fillVariables(variables, data).faults.map(({ name }) => name)).toEqual([missing]);
        const source = all.map((name) => `{{ ${name} }}`).join(' ');
        expect(() => renderTemplate(source, data, 'text')).toThrow(missing);
      }),
    );
  });

  it.each<[TemplateVariable['type'], unknown]>([
    ['text', 1],
    ['number', '1'],
    ['boolean', 'true'],
    ['date', 'tomorrow'],
    ['url', 'javascript:alert(1)'],
    ['list', {}],
  ])('of the type %s are not %p', (type, value) => {
    const { faults } = fillVariables([{ name: 'x', type, required: false }], { x: value });
    expect(faults).toHaveLength(1);
  });

  it('are those declared and no others, and an optional one may be left out', () => {
    const variables: TemplateVariable[] = [{ name: 'x', type: 'text', required: false }];
    expect(fillVariables(variables, {})).toMatchObject({ values: { x: null }, faults: [] });
    expect(fillVariables(variables, { constructor: 1 }).faults).toHaveLength(1);
  });
});
