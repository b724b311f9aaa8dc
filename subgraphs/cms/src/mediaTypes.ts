/** The types of files that a library holds, by their content. */

interface MediaType {
  /** What a name may end in; the first is the usual one. */
  readonly extensions: readonly string[];
  /** Whether a browser shows it in place; everything else is downloaded. */
  readonly inline?: true;
}

/** What is not here is refused. SVG and HTML can hold script: they are never shown in place. */
const types: Readonly<Record<string, MediaType>> = {
  'image/png': { extensions: ['png'], inline: true },
  'image/apng': { extensions: ['apng', 'png'], inline: true },
  'image/jpeg': { extensions: ['jpg', 'jpeg'], inline: true },
  'image/gif': { extensions: ['gif'], inline: true },
  'image/webp': { extensions: ['webp'], inline: true },
  'image/avif': { extensions: ['avif'], inline: true },
  'image/svg+xml': { extensions: ['svg'] },
  'image/tiff': { extensions: ['tif', 'tiff'] },
  'image/heic': { extensions: ['heic'] },
  'image/x-icon': { extensions: ['ico'] },
  'video/mp4': { extensions: ['mp4', 'm4v'], inline: true },
  'video/webm': { extensions: ['webm'], inline: true },
  'video/quicktime': { extensions: ['mov'] },
  'audio/mpeg': { extensions: ['mp3'], inline: true },
  'audio/ogg': { extensions: ['ogg', 'oga', 'opus'], inline: true },
  'audio/wav': { extensions: ['wav'], inline: true },
  'audio/x-m4a': { extensions: ['m4a'], inline: true },
  'audio/flac': { extensions: ['flac'], inline: true },
  'application/pdf': { extensions: ['pdf'], inline: true },
  'application/zip': { extensions: ['zip'] },
  'application/gzip': { extensions: ['gz', 'tgz'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { extensions: ['docx'] },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { extensions: ['xlsx'] },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': { extensions: ['pptx'] },
  'application/vnd.oasis.opendocument.text': { extensions: ['odt'] },
  'application/vnd.oasis.opendocument.spreadsheet': { extensions: ['ods'] },
  'font/woff': { extensions: ['woff'] },
  'font/woff2': { extensions: ['woff2'] },
  'text/html': { extensions: ['html', 'htm'] },
  'text/plain': { extensions: ['txt'] },
  'text/csv': { extensions: ['csv'] },
  'text/markdown': { extensions: ['md'] },
  'text/vtt': { extensions: ['vtt'] },
  'application/json': { extensions: ['json'] },
};

/** Plain text has no marks of its own: its name tells these apart. */
const PLAIN = ['text/plain', 'text/csv', 'text/markdown', 'text/vtt', 'application/json'];

export const isKnownType = (mimeType: string): boolean => mimeType in types;

export const isShownInPlace = (mimeType: string): boolean => types[mimeType]?.inline === true;

/** What a name must end in for a type that was found in the content. */
export function extensionsOf(found: string): string[] {
  const candidates = found === 'text/plain' || PLAIN.includes(found) ? PLAIN : [found];
  return candidates.flatMap((type) => types[type]?.extensions ?? []);
}

/** The type of a file from what its content and its name say; undefined when they disagree. */
export function typeOf(found: string, filename: string): string | undefined {
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  const candidates = PLAIN.includes(found) ? PLAIN : [found];
  return candidates.find((type) => types[type]?.extensions.includes(extension));
}
