import type { Faker } from '@faker-js/faker';

/** A field of a content type, as CMS defines it. */
interface Field {
  readonly name: string;
  readonly type: 'text' | 'richtext' | 'number' | 'boolean' | 'date' | 'select';
  readonly required: boolean;
  readonly options?: readonly string[];
}

/** A content type, and how an item of it is made up. */
export interface ContentKind {
  readonly name: string;
  readonly slug: string;
  readonly fields: readonly Field[];
  readonly title: (faker: Faker) => string;
  readonly data: (faker: Faker, title: string) => Readonly<Record<string, unknown>>;
}

const SUBJECTS = [
  'customer onboarding',
  'the year-end closing',
  'remote teams',
  'spare parts',
  'energy costs',
  'supplier audits',
  'data protection',
  'seasonal demand',
  'returns',
  'price changes',
] as const;

const paragraph = (faker: Faker, title: string): string =>
  `<p>${title}: what we have learned from ${String(faker.number.int({ min: 12, max: 400 }))} customers in ${faker.location.country()}.</p><p>${faker.company.catchPhrase()} is not the point; ${faker.company.buzzVerb()} less, and measure it, is.</p>`;

const article: ContentKind = {
  name: 'Article',
  slug: 'article',
  fields: [
    { name: 'summary', type: 'text', required: true },
    { name: 'body', type: 'richtext', required: true },
    { name: 'category', type: 'select', required: true, options: ['news', 'guide', 'case study'] },
    { name: 'readingMinutes', type: 'number', required: false },
  ],
  title: (faker) =>
    `${faker.helpers.arrayElement(['How we prepare for', 'Five questions about', 'A short guide to', 'What changes in', 'Lessons from'])} ${faker.helpers.arrayElement(SUBJECTS)}`,
  data: (faker, title) => ({
    summary: `${title}, in five minutes.`,
    body: paragraph(faker, title),
    category: faker.helpers.arrayElement(['news', 'guide', 'case study']),
    readingMinutes: faker.number.int({ min: 2, max: 12 }),
  }),
};

const product: ContentKind = {
  name: 'Product',
  slug: 'product',
  fields: [
    { name: 'sku', type: 'text', required: true },
    { name: 'description', type: 'richtext', required: true },
    { name: 'inStock', type: 'boolean', required: true },
  ],
  title: (faker) => faker.commerce.productName(),
  data: (faker, title) => ({
    sku: faker.string.alphanumeric({ length: 8, casing: 'upper' }),
    description: `<p>${title}. ${faker.commerce.productDescription()}</p>`,
    inStock: faker.datatype.boolean(0.8),
  }),
};

const question: ContentKind = {
  name: 'Question',
  slug: 'faq',
  fields: [
    { name: 'answer', type: 'richtext', required: true },
    { name: 'reviewedOn', type: 'date', required: false },
  ],
  title: (faker) =>
    `${faker.helpers.arrayElement(['Who do I call about', 'What does it cost to change', 'How long is the notice for', 'Where do I find'])} ${faker.helpers.arrayElement(SUBJECTS)}?`,
  data: (faker, title) => ({
    answer: `<p>${title} Write to us; we answer within a day.</p>`,
    reviewedOn: faker.date.past({ years: 1, refDate: '2025-01-01' }).toISOString().slice(0, 10),
  }),
};

export const contentKinds: readonly ContentKind[] = [article, product, question];
