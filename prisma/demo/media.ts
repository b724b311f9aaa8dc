import { idAt, within } from './random.ts';
import type { Row, Scene } from './scene.ts';

const KINDS = [
  { name: 'team-photo', extension: 'jpg', mime: 'image/jpeg', metadata: { width: 2400, height: 1600 } },
  { name: 'product-shot', extension: 'webp', mime: 'image/webp', metadata: { width: 1600, height: 1600 } },
  { name: 'diagram', extension: 'png', mime: 'image/png', metadata: { width: 1920, height: 1080 } },
  { name: 'brochure', extension: 'pdf', mime: 'application/pdf', metadata: { pages: 12 } },
] as const;

export interface MediaFile {
  readonly id: string;
  readonly row: Row;
}

export function makeMedia({ faker, story }: Scene, index: number): MediaFile {
  const { name, extension, mime, metadata } = faker.helpers.arrayElement(KINDS);
  const createdAt = within(faker, 300, story.anchor);
  const id = idAt(faker, createdAt);
  const filename = `${id}.${extension}`;
  const number = String(index + 1);
  return {
    id,
    row: {
      tenant_id: story.plan.id,
      id,
      filename,
      original_filename: `${name}-${number}.${extension}`,
      mime_type: mime,
      file_size: faker.number.int({ min: 20_000, max: 4_000_000 }),
      file_path: `${story.plan.id}/${filename}`,
      url: `https://media.${story.plan.id}.example/${filename}`,
      alt_text: `${name.replace('-', ' ')} ${number}`,
      caption: null,
      metadata,
      uploaded_by: faker.helpers.arrayElement(story.members).id,
      created_at: createdAt,
      updated_at: createdAt,
    },
  };
}
