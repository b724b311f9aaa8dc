/** A supergraph made for the purpose: every directive of federation that Apollo's gateway loads, in five subgraphs. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
    "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",
    "@interfaceObject", "@tag", "@composeDirective", "@extends"
  ])`;

const SUBGRAPHS: Readonly<Record<string, string>> = {
  books: `
    extend schema @link(url: "https://example.org/shelf/v1.0", import: ["@shelf"]) @composeDirective(name: "@shelf")
    directive @shelf(name: String) on FIELD_DEFINITION
    scalar Json
    enum Binding { HARD SOFT SPIRAL }
    enum Hidden { SEEN SECRET @inaccessible }
    input BookFilter { binding: Binding = SOFT tags: [String!] nested: NestedFilter json: Json limit: Int! = 3 }
    input NestedFilter { all: [BookFilter!] not: BookFilter id: ID float: Float }
    type Query {
      book(id: ID!, filter: BookFilter): Book
      books(filter: BookFilter, ids: [ID!]): [Book!]!
      media(kinds: [String]): [Media]
      items: [Item!]
      search(text: String = "x"): [Hit]
      shelves: [[Book]]
      grid: [[[Point!]!]]
      version: String @shareable
      featured: Book @provides(fields: "author { name }")
    }
    type Mutation { addBook(input: BookFilter!): Book renameBook(id: ID!, title: String): BookPayload }
    type BookPayload { book: Book ok: Boolean! }
    interface Media @key(fields: "id") { id: ID! title: String }
    interface Item { weight: Int label: String! }
    type Book implements Media & Item @key(fields: "id") @key(fields: "isbn region { code }") @tag(name: "public") {
      id: ID!
      isbn: String!
      region: Region!
      title: String @shelf(name: "top")
      binding: Binding
      hidden: Hidden
      weight: Int
      label: String!
      size: Size @shareable
      author: Author @shareable
      chapters: [Chapter!]
      extra: Json
      secret: String @inaccessible
      price: Int @shareable
      related(first: Int = 2, kind: Binding): [Hit!]
      points: [Point]
    }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int sequel: Film }
    type Region @shareable { code: String! name: String }
    type Size @shareable { width: Int height: Int unit: String }
    type Point { x: Float y: Float! tags: [String] }
    type Chapter implements Item @key(fields: "book { id } number") {
      book: Book! number: Int! weight: Int label: String! text: String
    }
    type Author @key(fields: "id") { id: ID! name: String @external }
    union Hit = Book | Film | Author | Chapter
  `,
  authors: `
    type Query { author(id: ID!): Author authors: [Author] me: User version: String @shareable people: [Person] }
    type Mutation { addAuthor(name: String!): Author }
    interface Person { id: ID! name: String }
    type Author implements Person @key(fields: "id") @key(fields: "handle") {
      id: ID!
      handle: String
      name: String @shareable
      books: [Book]
      friends(first: Int): [Person!]
      favourite: Favourite
      address: Address
    }
    type User implements Person @key(fields: "id") { id: ID! name: String reads: [Book!] address: Address @shareable }
    type Address @shareable { street: String city: City }
    type City @shareable { name: String zip: Int }
    union Favourite = Book | User
    type Book @key(fields: "id") { id: ID! author: Author @shareable coAuthors: [Author!] }
  `,
  stock: `
    scalar Json
    type Query { warehouse: Warehouse }
    type Mutation { ship(ids: [ID!]!): [Book] }
    type Warehouse { books: [Book!] best: Book }
    type Book @key(fields: "id") @key(fields: "isbn region { code }") {
      id: ID!
      isbn: String!
      region: Region!
      size: Size @external
      price: Int @override(from: "books")
      weight: Int @external
      shipping(express: Boolean): Float @requires(fields: "weight size { width unit }")
      crate: Crate @requires(fields: "points { x y }")
      points: [Point] @external
      count: Int!
      places: [[String!]]
    }
    type Point @external { x: Float y: Float! }
    type Size @shareable { width: Int height: Int unit: String }
    type Region @shareable { code: String! name: String }
    type Crate { volume: Float label: Json }
    type Address @shareable { street: String city: City }
    type City @shareable { name: String zip: Int }
    type User @key(fields: "id") { id: ID! address: Address @shareable parcels: [Parcel!] }
    type Parcel @key(fields: "id", resolvable: false) { id: ID! }
  `,
  ratings: `
    type Query { topMedia: [Media!] version: String @shareable }
    type Media @key(fields: "id") @interfaceObject { id: ID! rating: Float reviews(first: Int): [Review!] }
    type Review @key(fields: "id") { id: ID! stars: Int! by: User media: Media }
    type User @key(fields: "id") { id: ID! reviews: [Review] }
    type Parcel @key(fields: "id") { id: ID! weight: Int review: Review }
  `,
  names: `
    type Query { city(name: String): City version: String @shareable }
    type City @shareable { name: String zip: Int }
    type Author @key(fields: "handle") { handle: String rank: Int hometown: City }
    type Chapter @key(fields: "book { id } number") { book: Book! @shareable number: Int! @shareable notes: [Note] }
    type Book @key(fields: "id") { id: ID! quotes: [Note!] }
    type Note { text: String on: NoteTarget by: Author }
    union NoteTarget = Book | Chapter
  `,
};

/** Its text, composed. */
export function composeLibrary(): string {
  const services = Object.entries(SUBGRAPHS).map(([name, sdl]) => ({
    name,
    url: `local:${name}`,
    typeDefs: parse(`${LINK}\n${sdl}`, { noLocation: true }),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
