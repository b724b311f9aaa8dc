import { idAt, within, daysFrom } from './random.ts';
import { slugify } from './contentItems.ts';
import type { Row, Scene } from './scene.ts';
import type { Person } from './story.ts';

/** A page that has been placed in the tree. */
export interface Page {
  readonly id: string;
  readonly path: string;
  readonly author: Person;
  readonly row: Row;
}

interface Outline {
  readonly title: string;
  readonly template: string;
  readonly children?: readonly Outline[];
}

const page = (title: string, children: readonly Outline[] = [], template = 'default'): Outline => ({
  title,
  template,
  children,
});

const outline: readonly Outline[] = [
  page('Home', [], 'landing'),
  page('About', [page('Team'), page('Careers', [page('Benefits')]), page('Press')]),
  page('Products', [], 'landing'),
  page('Blog', [], 'article'),
  page('Legal', [page('Imprint'), page('Privacy'), page('Terms')]),
  page('Contact'),
];

/** A landing page for each ten customers. */
function grown({ faker, story }: Scene): readonly Outline[] {
  const products = Array.from({ length: Math.ceil(story.customers.length / 10) }, (_, index) =>
    page(`${faker.commerce.productName()} ${String(index + 1)}`, [], 'landing'),
  );
  return outline.map((entry) => (entry.title === 'Products' ? { ...entry, children: products } : entry));
}

/** What the public sees of a published page, as it was then. */
function snapshot(row: Row): Row {
  const { title, template, content, seo_title, seo_description, seo_keywords } = row;
  return { title, template, content, seoTitle: seo_title, seoDescription: seo_description, seoKeywords: seo_keywords };
}

function makePage(scene: Scene, { title, template }: Outline, parent: Page | undefined, sortOrder: number): Page {
  const { faker, story } = scene;
  const createdAt = within(faker, 60, daysFrom(story.anchor, -300));
  const publishedAt = faker.datatype.boolean(0.85) ? daysFrom(createdAt, 2) : null;
  const [id, slug, author] = [idAt(faker, createdAt), slugify(title), faker.helpers.arrayElement(story.members)];
  const row: Row = {
    tenant_id: story.plan.id,
    id,
    title,
    slug,
    parent_id: parent?.id ?? null,
    parent_path: parent?.path ?? null,
    template,
    content: {
      blocks: [
        { type: 'heading', text: title },
        { type: 'paragraph', text: `${story.plan.name}: ${faker.company.catchPhrase()}.` },
      ],
    },
    seo_title: `${title} | ${story.plan.name}`,
    seo_description: `${title} at ${story.plan.name}`,
    seo_keywords: `${slug}, ${story.plan.id}`,
    author_id: author.id,
    sort_order: sortOrder,
    created_at: createdAt,
    updated_at: publishedAt ?? createdAt,
  };
  const published = publishedAt === null ? null : snapshot(row);
  return {
    id,
    author,
    path: `${parent?.path ?? ''}/${slug}`,
    row: { ...row, status: publishedAt === null ? 'draft' : 'published', published_at: publishedAt, published },
  };
}

/** The tree, parents before their children. */
export function makePages(scene: Scene, outlines: readonly Outline[] = grown(scene), parent?: Page): Page[] {
  return outlines.flatMap((entry, index) => {
    const made = makePage(scene, entry, parent, index);
    return [made, ...makePages(scene, entry.children ?? [], made)];
  });
}
