/**
 * Where a value stands in a message, as far as it matters for what the value may mean.
 *
 * Whoever walks a message makes these, one for each value that stands by itself: a whole path
 * segment, a scalar of JSON, a cookie. Text within a value is no value.
 */
export interface Site {
  /** To be read by people and to be matched: `json /items/0/id`, `header Location, path 2`. */
  readonly place: string
  /**
   * `segment`: of a path. `etag`: an entity-tag without W/ and quotes. `cookie`: the value of one.
   * `url`: a path as a whole. `member`: the name of a member of JSON, never shown of answers that are
   * learned from: in a map that is sorted by ids nothing tells which is which. `named`: any other.
   */
  readonly syntax: 'segment' | 'etag' | 'cookie' | 'url' | 'member' | 'named'
  /** The name it stands under; of a segment the one before it; empty where there is none. */
  readonly key: string
  /** The name of what holds it: `item` of `{"item":{"id":17}}`; empty where there is none. */
  readonly holder: string
  /** Whether it is one of a list that `key` names. */
  readonly standing: 'alone' | 'listed'
  /** Of a segment: the path before it, as it was sent, without a slash at its end. */
  readonly before: string
  /** How it is spelt; `text` where all values are text. */
  readonly spelling: 'text' | 'string' | 'number'
}

/** What takes the place of a value; `as` says how JSON spells it. */
export interface Replacement {
  text: string
  as: 'same' | 'string' | 'number'
}

/** Is shown a value, decoded; answers what takes its place, or undefined to leave it. */
export type Visit = (value: string, site: Site) => Replacement | undefined

/** A site within another value: `place` is added to that of the outer one. */
export function within(
  outer: Site | null,
  place: string,
  own: Partial<Omit<Site, 'place'>> = {},
): Site {
  // Each by name, and not by spreading: this is made for every value of every message.
  return {
    place: outer === null ? place : `${outer.place}, ${place}`,
    syntax: own.syntax ?? 'named',
    key: own.key ?? outer?.key ?? '',
    holder: own.holder ?? outer?.holder ?? '',
    standing: own.standing ?? outer?.standing ?? 'alone',
    before: own.before ?? '',
    spelling: 'text',
  }
}

/** The same place whatever the position in arrays and lists, which become a star. */
export function placeTemplate(place: string): string {
  return /\d/.test(place)
    ? place.replaceAll(/\/\d+(?=[/,]|$)/g, '/*').replaceAll(/#\d+(?=,|$)/g, '')
    : place
}
